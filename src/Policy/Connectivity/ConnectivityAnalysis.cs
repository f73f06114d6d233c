using System.Collections.Immutable;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// Who may open connections to whom, on which ports, and what decides it: for all pairs of workloads of a snapshot, and of workloads
/// and addresses outside. It says what <see cref="VerdictEvaluator"/> says of each of their pods and addresses, by the same matchers,
/// but of every port at once. Not to be used from several threads.
/// </summary>
/// <remarks>
/// Policies alone are looked at. What they cannot forbid is left out: a pod's connections to itself, and those between a pod and its
/// own node. Pods in their node's network are hosts: they are among the addresses outside, as the nodes are, as soon as a rule has a
/// block with their address. Pods without an address are left out.
/// </remarks>
public sealed class ConnectivityAnalysis
{
    private readonly SnapshotIndex _index;
    private readonly PolicyReach _policies;
    private readonly PortSetPool _pool = new();
    private readonly Dictionary<(IpFamily Family, string Direction, AddressAssumption Assumption), int[][]> _rows = [];

    private ConnectivityAnalysis(SnapshotIndex index, ImmutableArray<ConnectivityEnd> ends)
    {
        _index = index;
        _policies = new(index, ends);
        Ends = ends;
        IsUnsure = _policies.Rules.Values.Any(rule => rule.IsUnsure);
        foreach (var (family, direction) in from family in Families from direction in Directions.All select (family, direction))
        {
            var least = ends.Select(subject => Row(subject, direction, family, AddressAssumption.Least)).ToArray();
            _rows[(family, direction, AddressAssumption.Least)] = least;
            _rows[(family, direction, AddressAssumption.Most)] = IsUnsure
                ? [.. ends.Select(subject => Row(subject, direction, family, AddressAssumption.Most))]
                : least;
        }
    }

    /// <summary>Whether anything depends on where pods get their addresses.</summary>
    public bool IsUnsure { get; }

    /// <summary>The workloads by namespace and name, then the addresses outside.</summary>
    public ImmutableArray<ConnectivityEnd> Ends { get; }

    /// <summary>Both address families.</summary>
    internal static ImmutableArray<IpFamily> Families { get; } = [IpFamily.IPv4, IpFamily.IPv6];

    /// <summary>Analyses a snapshot.</summary>
    public static ConnectivityAnalysis From(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var index = new SnapshotIndex(snapshot);
        return new(index, EndCollector.Collect(snapshot, index));
    }

    /// <summary>What the source may open to the destination.</summary>
    public Reach Between(ConnectivityEnd source, ConnectivityEnd destination)
    {
        var families = CommonFamilies(source, destination);
        var distinct = families.Select(family => Sides(source, destination, family, AddressAssumption.Least)).Distinct().ToList();
        var reach =
            distinct.Count == 1
                ? new Reach(_pool[distinct[0].Egress], _pool[distinct[0].Ingress], _pool.Both(distinct[0]), DependsOnFamily: false)
                : new Reach(
                    PortSet.Union(distinct.Select(side => _pool[side.Egress])),
                    PortSet.Union(distinct.Select(side => _pool[side.Ingress])),
                    PortSet.Union(distinct.Select(_pool.Both)),
                    DependsOnFamily: distinct.Count > 1
                );
        return IsUnsure
            ? reach with
            {
                Unsure = PortSet.Union(families.Select(family => Possible(source, destination, family))).Except(reach.Allowed),
            }
            : reach;
    }

    /// <summary>The ports that the source may open to the destination over one address family; none when not both have it.</summary>
    public PortSet Allowed(ConnectivityEnd source, ConnectivityEnd destination, IpFamily family)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        return source.Has(family) && destination.Has(family)
            ? _pool.Both(Sides(source, destination, family, AddressAssumption.Least))
            : PortSet.Empty;
    }

    /// <summary>These ports, and those that pass if the pods' addresses, which are not known, lie in blocks of policies.</summary>
    public PortSet Possible(ConnectivityEnd source, ConnectivityEnd destination, IpFamily family)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        return source.Has(family) && destination.Has(family)
            ? _pool.Both(Sides(source, destination, family, AddressAssumption.Most))
            : PortSet.Empty;
    }

    /// <summary>What decides between the two, rule by rule.</summary>
    public PairExplanation Explain(ConnectivityEnd source, ConnectivityEnd destination) =>
        new(
            Between(source, destination),
            Explain(Directions.Egress, source, destination, CommonFamilies(source, destination)),
            Explain(Directions.Ingress, destination, source, CommonFamilies(source, destination))
        );

    /// <summary>The policies that isolate the pods of an end for a direction, by name.</summary>
    public ImmutableArray<PolicyReference> IsolatedBy(ConnectivityEnd end, string direction)
    {
        ArgumentNullException.ThrowIfNull(end);
        return [.. Isolating(end, direction).Select(policy => policy.Reference)];
    }

    /// <summary>The rules of all policies that isolate the pods of an end for a direction, each with all that it allows, in order.</summary>
    public IEnumerable<RuleRow> RulesOf(ConnectivityEnd end, string direction)
    {
        ArgumentNullException.ThrowIfNull(end);
        foreach (var rule in Isolating(end, direction).SelectMany(policy => policy.Rules(direction)))
        {
            var row = new int[Ends.Length];
            foreach (var family in Families.Where(end.Has))
            {
                Add(row, _policies.Rules[rule], end, family, AddressAssumption.Least);
            }

            yield return new(
                rule.Policy,
                rule.Number,
                [.. row.Select((ports, other) => HaveCommonFamily(end, Ends[other]) ? _pool[ports] : PortSet.Empty)]
            );
        }
    }

    private DirectionExplanation Explain(string direction, ConnectivityEnd subject, ConnectivityEnd other, IReadOnlyList<IpFamily> families)
    {
        var allowing =
            from policy in Isolating(subject, direction)
            from rule in policy.Rules(direction)
            let ports = PortSet.Union(
                families.Select(family => _policies.Rules[rule].Ports(subject, other, family, AddressAssumption.Least))
            )
            where !ports.IsEmpty
            select new DecidingRule(rule.Policy, direction, rule.Number, ports);
        return new(IsolatedBy(subject, direction), [.. allowing]);
    }

    private ImmutableArray<EvaluatedPolicy> Isolating(ConnectivityEnd end, string direction) =>
        end.IsOutside ? [] : _index.Isolating(end.Pods[0], direction);

    private (int Egress, int Ingress) Sides(
        ConnectivityEnd source,
        ConnectivityEnd destination,
        IpFamily family,
        AddressAssumption assumption
    ) =>
        (
            _rows[(family, Directions.Egress, assumption)][source.Index][destination.Index],
            _rows[(family, Directions.Ingress, assumption)][destination.Index][source.Index]
        );

    private static IReadOnlyList<IpFamily> CommonFamilies(ConnectivityEnd source, ConnectivityEnd destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        return [.. Families.Where(family => source.Has(family) && destination.Has(family))];
    }

    private static bool HaveCommonFamily(ConnectivityEnd end, ConnectivityEnd other) =>
        Families.Any(family => end.Has(family) && other.Has(family));

    /// <summary>The numbers of the sets of ports that the subject's policies let pass, for each other end.</summary>
    private int[] Row(ConnectivityEnd subject, string direction, IpFamily family, AddressAssumption assumption)
    {
        var row = new int[Ends.Length];
        var isolating = Isolating(subject, direction);
        Array.Fill(row, isolating.IsEmpty ? PortSetPool.All : PortSetPool.Empty);
        foreach (var rule in isolating.SelectMany(policy => policy.Rules(direction)))
        {
            Add(row, _policies.Rules[rule], subject, family, assumption);
        }

        return row;
    }

    private void Add(int[] row, RuleReach rule, ConnectivityEnd subject, IpFamily family, AddressAssumption assumption)
    {
        int? same = null;
        foreach (var other in Ends)
        {
            if (rule.Means(other, family, assumption))
            {
                var ports =
                    rule.PortsDependOnOther || same is null ? _pool.Add(rule.Ports(subject, other, family, assumption)) : same.Value;
                same = ports;
                row[other.Index] = _pool.Union(row[other.Index], ports);
            }
        }
    }
}
