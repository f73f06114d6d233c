using Palisade.Dataplane;
using Palisade.Netfilter;
using Palisade.Policy;

namespace Palisade.Lab;

/// <summary>Does on every node of a lab what the agent does on a node: compiles the cluster's policies and writes them to the kernel.</summary>
public sealed class PolicyEnforcement(NetworkLab lab, NetfilterOptions netfilter, DataplaneOptions dataplane)
{
    /// <summary>What was not enforced as written: such policies isolate, and allow nothing.</summary>
    public IReadOnlyList<CompileProblem> Problems { get; private set; } = [];

    /// <summary>What the kernel offers, as seen from one of the nodes.</summary>
    public Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        lab.Nodes.First().Value.Network.RunAsync(() => NetfilterProbe.RunAsync(netfilter, cancellationToken));

    /// <summary>Enforces the snapshot's policies on all nodes.</summary>
    /// <returns>What was done, by node.</returns>
    /// <exception cref="NetfilterException">A node's kernel refused.</exception>
    public async Task<IReadOnlyDictionary<string, ApplyResult>> EnforceAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var problems = new HashSet<CompileProblem>();
        var results = new SortedDictionary<string, ApplyResult>(StringComparer.Ordinal);
        foreach (var (name, node) in lab.Nodes)
        {
            var applier = new ContainedApplier(new NetfilterApplier(netfilter), dataplane.Limits);
            var (ruleset, result) = await node.Network.RunAsync(() =>
                applier.ApplyAsync(limits => PolicyCompiler.Compile(snapshot, name, dataplane with { Limits = limits }), cancellationToken)
            );
            problems.UnionWith(ruleset.Problems);
            results[name] = result;
        }
        Problems = [.. problems.OrderBy(problem => problem.ToString(), StringComparer.Ordinal)];
        return results;
    }
}
