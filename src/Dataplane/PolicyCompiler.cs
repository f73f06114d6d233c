using System.Collections.Immutable;
using Palisade.Dataplane.Compilation;
using Palisade.Dataplane.Layout;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>
/// Compiles what a cluster says into what one node's kernel has to hold. Only policies that select pods of the node count, and
/// only peers of those: the work and the sets grow with what the node needs, not with the cluster.
/// </summary>
/// <remarks>
/// A compiler remembers the snapshot that it compiled last, and what it made of it, and compiles only what differs in the next one. What
/// differs it finds by comparing the objects of both by reference: nobody has to tell it, and the result never depends on which
/// snapshots came before. Not for several callers at once.
/// </remarks>
public sealed class PolicyCompiler
{
    private readonly string _nodeName;
    private readonly DataplaneOptions _options;
    private readonly PodIndex _pods;
    private readonly PolicyIndex _policies;
    private readonly SetCatalog _sets;
    private readonly PolicyChainCompiler _chains;
    private readonly PodClassifier _classifier;
    private bool _limitsChanged;
    private SortedSet<string> _setNames = new(StringComparer.Ordinal);
    private Ruleset _last;

    /// <summary>Makes a compiler that has not seen a snapshot yet.</summary>
    /// <param name="nodeName">Name of the node whose pods are policed.</param>
    /// <param name="options">Layout of the rules.</param>
    /// <exception cref="ArgumentException">The options' mark mask is not eight adjacent bits.</exception>
    public PolicyCompiler(string nodeName, DataplaneOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeName);
        ArgumentNullException.ThrowIfNull(options);
        _ = new MarkLayout(options.MarkMask);
        (_nodeName, _options) = (nodeName, options);
        _pods = new PodIndex(nodeName);
        _policies = new PolicyIndex();
        _sets = new SetCatalog(_pods);
        _chains = new PolicyChainCompiler(_sets) { Limits = options.Limits };
        _classifier = new PodClassifier(_policies, _chains);
        _last = new Ruleset { Options = options };
    }

    /// <summary>What the node's kernel does not take, from the next compilation on; at first what the options say.</summary>
    public KernelLimits Limits
    {
        get => _chains.Limits;
        set
        {
            _limitsChanged |= !ReferenceEquals(value, _chains.Limits);
            _chains.Limits = value;
        }
    }

    /// <summary>Compiles one snapshot for the node.</summary>
    /// <exception cref="ArgumentException">The options' mark mask is not eight adjacent bits.</exception>
    public static Ruleset Compile(ClusterSnapshot snapshot, string nodeName, DataplaneOptions options) =>
        new PolicyCompiler(nodeName, options).Compile(snapshot);

    /// <summary>Compiles the snapshot. A policy with a part that cannot be understood allows nothing and is reported.</summary>
    public Ruleset Compile(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var changes = _pods.Update(snapshot);
        _sets.Update(changes);
        var policiesChanged = _policies.Update(snapshot);
        if (_limitsChanged)
        {
            _classifier.Forget();
        }

        if (policiesChanged || changes.ConcernLocalPods || _limitsChanged)
        {
            Classify(policiesChanged);
        }

        _limitsChanged = false;

        var drops = _options.UnknownPods == UnknownPods.Deny;
        return _last = _last with
        {
            Sets = Earlier.Choose(_last.Sets, [.. _setNames.Select(name => _sets[name])]),
            PodRanges = Earlier.Choose(_last.PodRanges, PodRanges(snapshot)),
            DropsUnknownSources = drops && _policies.AnyIsolates(Direction.Egress),
            DropsUnknownDestinations = drops && _policies.AnyIsolates(Direction.Ingress),
        };
    }

    private void Classify(bool policiesChanged)
    {
        var pods = _classifier.Classify(_pods.Local, policiesChanged);
        var isolations = pods.SelectMany(pod => pod.Isolations).ToArray();
        var chains = isolations
            .SelectMany(isolation => isolation.Chains)
            .DistinctBy(chain => chain.Name, StringComparer.Ordinal)
            .OrderBy(chain => chain.Name, StringComparer.Ordinal);
        var problems = isolations
            .SelectMany(isolation => isolation.Policies.SelectMany(policy => policy.Problems))
            .Concat(_policies.Problems);
        var owners = isolations
            .SelectMany(isolation => isolation.Policies)
            .Where(policy => policy.Chain is not null)
            .Select(policy => new ChainOwner(policy.Chain!.Name, policy.Reference))
            .Distinct()
            .OrderBy(owner => owner.Chain, StringComparer.Ordinal)
            .ThenBy(owner => owner.Policy, StringComparer.Ordinal);
        _last = _last with
        {
            Owners = Earlier.Choose(_last.Owners, [.. owners]),
            Chains = Earlier.Choose(_last.Chains, [.. chains]),
            Classes = Earlier.Choose(_last.Classes, ClassBuilder.Build(isolations, _last.Classes)),
            Pods = Earlier.Choose(_last.Pods, [.. pods.Select(pod => pod.Pod)]),
            Problems = [.. problems.Distinct().OrderBy(problem => problem.ToString(), StringComparer.Ordinal)],
        };
        _setNames = new(_last.Chains.SelectMany(chain => chain.Sets()), StringComparer.Ordinal);
        _sets.Keep(_setNames);
    }

    private ImmutableArray<Cidr> PodRanges(ClusterSnapshot snapshot) =>
        [
            .. snapshot
                .Nodes.Where(node => node.Name == _nodeName)
                .Take(1)
                .SelectMany(node => node.PodRanges)
                .Where(range => range.PrefixLength > 0)
                .Order(),
        ];
}
