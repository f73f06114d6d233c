using System.Collections.Immutable;
using Palisade.Dataplane.Compilation;
using Palisade.Dataplane.Layout;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>
/// Compiles what a cluster says into what one node's kernel has to hold. Only policies that select pods of the node count, and
/// only peers of those: the work and the sets grow with what the node needs, not with the cluster.
/// </summary>
public static class PolicyCompiler
{
    /// <summary>Compiles the snapshot for the node. Whatever of a policy cannot be understood allows nothing and is reported.</summary>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="nodeName">Name of the node whose pods are policed.</param>
    /// <param name="options">Layout of the rules.</param>
    /// <exception cref="ArgumentException">The options' mark mask is not eight adjacent bits.</exception>
    public static Ruleset Compile(ClusterSnapshot snapshot, string nodeName, DataplaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentException.ThrowIfNullOrEmpty(nodeName);
        ArgumentNullException.ThrowIfNull(options);
        _ = new MarkLayout(options.MarkMask);

        var problems = new HashSet<CompileProblem>();
        void Report(CompileProblem problem) => problems.Add(problem);

        var pods = new PodIndex(snapshot);
        var local = pods.OnNode(nodeName);
        var policies = new PolicyIndex(snapshot, options.AuditContext ?? new ExpansionContext { Nodes = snapshot.Nodes }, Report);
        var sets = new SetCollector(pods, local);
        var classes = new ClassCollector(policies, new PolicyChainCompiler(sets, Report));
        var localPods = local.Select(pod => Classify(pod, classes)).ToImmutableArray();
        var drops = options.UnknownPods == UnknownPods.Deny;
        return new Ruleset
        {
            Options = options,
            Chains = classes.Chains(),
            Classes = classes.Classes(),
            Pods = localPods,
            Sets = sets.ToImmutable(),
            PodRanges = PodRanges(snapshot, nodeName),
            DropsUnknownSources = drops && policies.AnyIsolates(Direction.Egress),
            DropsUnknownDestinations = drops && policies.AnyIsolates(Direction.Ingress),
            Problems = [.. problems.OrderBy(problem => problem.ToString(), StringComparer.Ordinal)],
        };
    }

    private static LocalPod Classify(IndexedPod pod, ClassCollector classes) =>
        new(pod.Namespace, pod.Name, pod.Addresses, classes.ClassOf(pod, Direction.Egress), classes.ClassOf(pod, Direction.Ingress));

    private static ImmutableArray<Cidr> PodRanges(ClusterSnapshot snapshot, string nodeName)
    {
        var node = snapshot.Nodes.FirstOrDefault(item => string.Equals(item.Metadata.Name, nodeName, StringComparison.Ordinal));
        var texts = node?.Spec?.PodCIDRs is { Count: > 0 } all ? all : [node?.Spec?.PodCIDR ?? ""];
        var ranges = new SortedSet<Cidr>();
        foreach (var text in texts)
        {
            if (Cidr.TryParseLenient(text, out var range) && range.PrefixLength > 0)
            {
                ranges.Add(range);
            }
        }

        return [.. ranges];
    }
}
