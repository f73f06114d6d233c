using Palisade.Dataplane.Kernel;

namespace Palisade.Netfilter;

/// <summary>What reading back found.</summary>
/// <param name="Differences">What is not as it was written, a sentence each; empty when all is.</param>
public sealed record VerifyResult(IReadOnlyList<string> Differences)
{
    /// <summary>How much the kernel holds, and what its rules have counted; null when it was not read.</summary>
    public KernelCensus? Census { get; init; }

    /// <summary>Why rules that an earlier run left in the other backend could not be looked for or removed, which is tried again; null when none are there.</summary>
    public string? Leftover { get; init; }

    /// <summary>Whether the kernel holds what was written.</summary>
    public bool IsIntact => Differences.Count == 0;
}
