namespace Palisade.Dataplane;

/// <summary>A part of a policy that could not be understood. The policy then isolates the pods that it selects, and allows nothing.</summary>
/// <param name="Policy">The policy, as namespace/name.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Message">What is wrong.</param>
public sealed record CompileProblem(string Policy, string Field, string Value, string Message)
{
    /// <summary>What the node's kernel lacks, or why it refuses the policy; null when the fault is the policy's own.</summary>
    public string? Lacks { get; init; }

    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"{Policy}: {Field}: \"{Value}\": {Message}";
}
