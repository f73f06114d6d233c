using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Netfilter;

namespace Palisade.Agent.Health;

/// <summary>
/// Says what the node's kernel lacks. A family that cannot be enforced makes the node unready. A policy that the kernel does not take does not: a tenant who
/// may write a policy in some namespace could otherwise keep nodes from becoming ready.
/// </summary>
/// <param name="offered">What the kernel offered at first.</param>
/// <param name="readiness">Told of it.</param>
/// <param name="metrics">Told of the policies.</param>
public sealed class KernelReport(ProbeResult offered, Readiness readiness, AgentMetrics metrics)
{
    private const int MaxNamed = 5;
    private ProbeResult _offered = offered;
    private ImmutableArray<CompileProblem> _refused = [];
    private bool _isReported;

    /// <summary>Whether the kernel has everything that is asked for.</summary>
    public bool IsComplete => _offered.NotEnforced() is null && !_offered.Lacks().Any();

    /// <summary>The kernel was looked at once more.</summary>
    /// <returns>Whether another family is to be enforced.</returns>
    public bool Probed(ProbeResult offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        var changed = !offered.Families.AsSpan().SequenceEqual(_offered.Families.AsSpan());
        _offered = offered;
        Report();
        return changed;
    }

    /// <summary>The kernel does not take these parts of policies.</summary>
    public void Refused(ImmutableArray<CompileProblem> problems)
    {
        if (_isReported && problems.AsSpan().SequenceEqual(_refused.AsSpan()))
        {
            return;
        }

        (_refused, _isReported) = (problems, true);
        metrics.Kernel.Refused(problems);
        Report();
    }

    private void Report()
    {
        if (_offered.NotEnforced() is { } problem)
        {
            readiness.SetNotReady(ReadinessCheck.Families, problem);
        }
        else
        {
            readiness.SetReady(ReadinessCheck.Families);
        }

        readiness.SetReady(ReadinessCheck.Kernel, Note());
    }

    private string? Note()
    {
        var parts = new List<string>();
        if (_refused.Select(problem => problem.Policy).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } policies)
        {
            var more = _refused.Length > MaxNamed ? $"; and {_refused.Length - MaxNamed} more" : "";
            parts.Add(
                $"but {policies.Length} NetworkPolicies are not enforced as written, their last good content is, or they allow nothing: "
                    + string.Join("; ", _refused.Take(MaxNamed))
                    + more
            );
        }

        if (_offered.Lacks().ToArray() is { Length: > 0 } lacks)
        {
            parts.Add($"this kernel lacks {string.Join("; ", lacks)}");
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);
    }
}
