namespace Palisade.Netfilter;

/// <summary>What reading back found.</summary>
/// <param name="Differences">What is not as it was written, a sentence each; empty when all is.</param>
public sealed record VerifyResult(IReadOnlyList<string> Differences)
{
    /// <summary>Whether the kernel holds what was written.</summary>
    public bool IsIntact => Differences.Count == 0;
}
