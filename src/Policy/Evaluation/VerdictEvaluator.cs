using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>
/// Decides which connections the NetworkPolicies of a snapshot let pass, by the letter of the API: the reference for the kernel's
/// rules, and what the CLI explains. Safe to use from several threads.
/// </summary>
/// <remarks>
/// A connection needs the source's egress and the destination's ingress. Each direction is decided alone: a pod that no policy
/// isolates for it lets everything pass, one that is isolated only what some rule of its isolating policies allows. Pods that
/// use their node's network are hosts: no policy selects them, only blocks of addresses mean them.
/// </remarks>
public sealed class VerdictEvaluator
{
    private readonly SnapshotIndex _index;
    private readonly SyntheticFacts _synthetic;
    private readonly AddressAssumption _assumption;

    /// <summary>Makes an evaluator; the snapshot is indexed once.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="assumption">What is assumed of addresses, and of nodes of pods, that are not known.</param>
    public VerdictEvaluator(ClusterSnapshot snapshot, AddressAssumption assumption = AddressAssumption.AsGiven)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _index = new(snapshot);
        _synthetic = snapshot.Synthetic;
        _assumption = assumption;
    }

    /// <summary>Whether the connection passes, and why.</summary>
    public Verdict Evaluate(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var (sides, undisputed) = Prepare(connection);
        return undisputed ?? Decide(sides!, connection);
    }

    /// <summary>The verdict, and why each rule of the policies that isolate an end does not allow the connection: egress first, in order.</summary>
    public (Verdict Verdict, ImmutableArray<RuleMiss> Misses) Explain(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var (sides, undisputed) = Prepare(connection);
        return undisputed is not null
            ? (undisputed, [])
            : (
                Decide(sides!, connection),
                [
                    .. Misses(Directions.Egress, sides!.Source, sides.To, sides.Destination.SelectablePod, connection),
                    .. Misses(Directions.Ingress, sides.Destination, sides.From, sides.Destination.SelectablePod, connection),
                ]
            );
    }

    /// <summary>The ends as they see each other; or the verdict, when policies have no say.</summary>
    private (Sides? Sides, Verdict? Undisputed) Prepare(Connection connection)
    {
        if (Resolve(connection.Source) is not { } source || Resolve(connection.Destination) is not { } destination)
        {
            return (null, WithoutPolicies(false, VerdictReason.NoSuchPod));
        }

        if (source.Addresses.IsEmpty || destination.Addresses.IsEmpty)
        {
            return (null, WithoutPolicies(false, VerdictReason.NoAddress));
        }

        if (Pair(source, destination, connection.Family) is not var (from, to))
        {
            return (null, WithoutPolicies(false, VerdictReason.NoCommonFamily));
        }

        if (source.Pod is not null && source.Pod == destination.Pod)
        {
            return (null, WithoutPolicies(true, VerdictReason.SamePod));
        }

        return IsNodeOf(source, destination) || IsNodeOf(destination, source)
            ? (null, WithoutPolicies(true, VerdictReason.OwnNode))
            : (new(source, destination, View(source, from), View(destination, to)), null);
    }

    private Verdict Decide(Sides sides, Connection connection)
    {
        var egress = Decide(Directions.Egress, sides.Source, sides.To, sides.Destination.SelectablePod, connection);
        var ingress = Decide(Directions.Ingress, sides.Destination, sides.From, sides.Destination.SelectablePod, connection);
        return new(egress.Allows && ingress.Allows, VerdictReason.Policies, egress, ingress);
    }

    private IEnumerable<RuleMiss> Misses(
        string direction,
        ResolvedEnd subject,
        PeerView other,
        PodFacts? destination,
        Connection connection
    ) =>
        subject.SelectablePod is { } pod
            ? _index
                .Isolating(pod, direction)
                .SelectMany(policy => policy.Rules(direction))
                .Select(rule => rule.Miss(other, destination, connection.Protocol, connection.Port))
                .OfType<RuleMiss>()
            : [];

    /// <summary>What the policies of one end say of one direction.</summary>
    private DirectionVerdict Decide(string direction, ResolvedEnd subject, PeerView other, PodFacts? destination, Connection connection)
    {
        if (subject.SelectablePod is not { } pod)
        {
            return DirectionVerdict.NotIsolated;
        }

        var isolating = _index.Isolating(pod, direction);
        return isolating.IsEmpty
            ? DirectionVerdict.NotIsolated
            : new()
            {
                IsolatedBy = [.. isolating.Select(p => p.Reference)],
                AllowedBy =
                [
                    .. isolating
                        .SelectMany(p => p.Rules(direction))
                        .Select(rule => rule.Allow(other, destination, connection.Protocol, connection.Port))
                        .OfType<RuleReference>(),
                ],
            };
    }

    private ResolvedEnd? Resolve(TrafficEnd end)
    {
        if (end.Address is { } address)
        {
            return new([address], _index.PodAt(address), _index.NodeAt(address));
        }

        var pod = _index.Pod(end.Namespace!, end.Name!);
        return pod is null ? null : new([.. pod.Addresses], pod, pod.HostNetwork ? pod.NodeName : null);
    }

    private PeerView View(ResolvedEnd end, IpAddress address)
    {
        var pod = end.SelectablePod;
        return new(address, pod, _index.NamespaceLabels(pod?.Namespace)) { Range = _synthetic.RangeOf(address), Assumption = _assumption };
    }

    /// <summary>The addresses the connection runs between: of the family asked for, or the first one that both ends have.</summary>
    private static (IpAddress From, IpAddress To)? Pair(ResolvedEnd source, ResolvedEnd destination, IpFamily? family)
    {
        foreach (var to in destination.Addresses.Where(a => family is null || a.Family == family))
        {
            foreach (var from in source.Addresses.Where(a => a.Family == to.Family))
            {
                return (from, to);
            }
        }

        return null;
    }

    /// <summary>Whether one end is the node that the other end's pod runs on.</summary>
    private bool IsNodeOf(ResolvedEnd node, ResolvedEnd end)
    {
        if (node.Node is null || end.SelectablePod is not { } pod)
        {
            return false;
        }

        return _assumption != AddressAssumption.AsGiven && (IsPlacedAnywhere(pod) || IsPlacedAnywhere(node.Pod))
            ? _assumption == AddressAssumption.Most
            : pod.NodeName == node.Node;
    }

    private bool IsPlacedAnywhere(PodFacts? pod) => pod is not null && _synthetic.Placements.Contains((pod.Namespace, pod.Name));

    private static Verdict WithoutPolicies(bool allowed, VerdictReason reason) =>
        new(allowed, reason, DirectionVerdict.NotIsolated, DirectionVerdict.NotIsolated);

    /// <summary>Both ends, and how each is seen by the other.</summary>
    private sealed record Sides(ResolvedEnd Source, ResolvedEnd Destination, PeerView From, PeerView To);
}
