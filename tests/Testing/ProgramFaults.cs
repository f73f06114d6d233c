namespace Palisade.Testing;

/// <summary>Brings faults into programs.</summary>
public static class ProgramFaults
{
    /// <summary>The environment with which a program has a fault.</summary>
    public static IReadOnlyDictionary<string, string> Environment(this ProgramFault fault) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_STARTUP_HOOKS"] = typeof(ProgramFaults).Assembly.Location,
            ["PALISADE_TEST_FAULT"] = fault.ToString(),
        };
}
