namespace Palisade.Agent.Health;

/// <summary>Tells people that rules were changed by others and repaired.</summary>
public interface IRepairReporter
{
    /// <summary>Rules were repaired.</summary>
    /// <param name="differences">What was not as it had been written, a sentence each.</param>
    void Repaired(IReadOnlyList<string> differences);
}
