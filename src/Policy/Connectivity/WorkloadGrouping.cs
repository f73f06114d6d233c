using System.Globalization;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// Groups pods into workloads: by owner, or, where they have none, by equal labels; and apart where some policy tells them apart, by a
/// label, the number of a named port, or an address in a block. Labels that no policy looks at, such as those which a StatefulSet
/// numbers its pods with, part nothing.
/// </summary>
internal sealed class WorkloadGrouping(
    SnapshotIndex index,
    AddressPartition partition,
    IReadOnlyList<PeerMatcher> selectors,
    SyntheticFacts synthetic
)
{
    /// <summary>The part of addresses that are not known: they tell no pods apart.</summary>
    private const int AnyPart = -1;

    private readonly HashSet<string> _portNames = new(
        index
            .Policies.SelectMany(policy => policy.Rules(Directions.Ingress).Concat(policy.Rules(Directions.Egress)))
            .SelectMany(r => r.PortNames),
        StringComparer.Ordinal
    );

    /// <summary>The workloads, by namespace and name.</summary>
    public IEnumerable<ConnectivityEnd> Group(IEnumerable<PodFacts> pods) =>
        Kinds(pods)
            .GroupBy(kind =>
                (kind.Namespace, kind.Name, Labels: kind.Name.Kind is null ? kind.Labels : LabelSet.Empty, AsSeen: AsSeen(kind))
            )
            .Select(kinds => Workload(kinds.Key.Namespace, kinds.Key.Name, kinds.SelectMany(kind => kind.Pods)))
            .GroupBy(end => (end.Namespace, end.Name))
            .SelectMany(TellApart)
            .OrderBy(end => end.Namespace, StringComparer.Ordinal)
            .ThenBy(end => end.Name, StringComparer.Ordinal);

    private IEnumerable<PodKind> Kinds(IEnumerable<PodFacts> pods) =>
        pods.Where(pod => pod.IsSelectable)
            .Select(pod => (Pod: pod, Parts: Parts(pod)))
            .Where(item => item.Parts is not (null, null))
            .GroupBy(item => (item.Pod.Namespace, Name: WorkloadName.From(item.Pod), item.Pod.Labels, Ports: Ports(item.Pod), item.Parts))
            .Select(group => new PodKind(group.Key.Name, group.Key.Labels, group.Key.Parts, [.. group.Select(item => item.Pod)]));

    /// <summary>All that policies can see of the pods, as a string.</summary>
    private string AsSeen(PodKind kind)
    {
        var view = new PeerView(default, kind.Sample, index.NamespaceLabels(kind.Namespace));
        var isolating = Directions.All.Select(direction => Text(index.Isolating(kind.Sample, direction).Select(p => p.Reference.Name)));
        var selected = Enumerable.Range(0, selectors.Count).Where(i => selectors[i].Matches(view));
        var numbers = selected.Select(i => i.ToString(CultureInfo.InvariantCulture));
        return Text([.. isolating, Text(numbers), Ports(kind.Sample), kind.Parts.ToString()]);
    }

    private ConnectivityEnd Workload(string inNamespace, WorkloadName name, IEnumerable<PodFacts> pods)
    {
        var sorted = pods.OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList();
        return ConnectivityEnd.OfPods(
            inNamespace,
            name.Kind is null ? WorkloadName.Common(sorted) : name.Name,
            name.Kind,
            [.. sorted],
            synthetic
        );
    }

    /// <summary>Several of one name are told apart by their first pod.</summary>
    private static IEnumerable<ConnectivityEnd> TellApart(IGrouping<(string? Namespace, string Name), ConnectivityEnd> alike)
    {
        var ends = alike.ToList();
        return ends.Count == 1 ? ends : ends.Select(end => end with { Name = $"{end.Name} ({end.Pods[0].Name})" });
    }

    private (int? IPv4, int? IPv6) Parts(PodFacts pod)
    {
        var addresses = pod.Addresses.ToList();
        return (PartOfFirst(addresses, IpFamily.IPv4), PartOfFirst(addresses, IpFamily.IPv6));
    }

    private int? PartOfFirst(List<IpAddress> addresses, IpFamily family) =>
        !addresses.Exists(address => address.Family == family) ? null
        : addresses.Find(address => address.Family == family) is var first && synthetic.Addresses.ContainsKey(first) ? AnyPart
        : partition.PartOf(first);

    /// <summary>The numbers behind the port names that policies use.</summary>
    private string Ports(PodFacts pod) =>
        Text(
            from name in _portNames.Order(StringComparer.Ordinal)
            from protocol in PortSet.Protocols
            let numbers = pod.PortsNamed(name, protocol).Distinct().Order().ToList()
            where numbers.Count > 0
            select $"{name}/{protocol}={string.Join(',', numbers)}"
        );

    /// <summary>The texts as one, such that no two lists have the same.</summary>
    private static string Text(IEnumerable<string> texts) =>
        string.Concat(texts.Select(text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}")));
}

/// <summary>
/// Pods that are alike in all that a policy could look at: namespace, owner, labels, named ports, and the part of the address space
/// that each of their addresses is in.
/// </summary>
/// <param name="Name">Name of their workload.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Parts">Number of the part for each family; null where they have no address.</param>
/// <param name="Pods">The pods, by name.</param>
internal sealed record PodKind(WorkloadName Name, LabelSet Labels, (int? IPv4, int? IPv6) Parts, IReadOnlyList<PodFacts> Pods)
{
    /// <summary>Any of the pods.</summary>
    public PodFacts Sample => Pods[0];

    /// <summary>Namespace of the pods.</summary>
    public string Namespace => Sample.Namespace;
}

/// <summary>What people call the workload that a pod belongs to.</summary>
/// <param name="Name">Its name; empty for a pod without an owner.</param>
/// <param name="Kind">Kind of the owner; null for a pod without one.</param>
public sealed record WorkloadName(string Name, string? Kind)
{
    private const string TemplateHashLabel = "pod-template-hash";

    /// <summary>The pod's controller; the Deployment in place of its ReplicaSet.</summary>
    public static WorkloadName From(PodFacts pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        if (pod.Owner is not { } owner)
        {
            return new("", null);
        }

        // A Deployment's ReplicaSets are named <deployment>-<hash>, and the pods bear the hash as a label.
        var hash = pod.Labels.TryGetValue(TemplateHashLabel, out var label) ? $"-{label}" : null;
        return owner.Kind == "ReplicaSet" && hash is not null && owner.Name.EndsWith(hash, StringComparison.Ordinal)
            ? new(owner.Name[..^hash.Length], "Deployment")
            : new(owner.Name, owner.Kind);
    }

    /// <summary>A name for pods without an owner: what their names have in common, as in <c>db-0</c> and <c>db-1</c>, else the first name.</summary>
    public static string Common(IReadOnlyList<PodFacts> pods)
    {
        var first = pods[0].Name;
        if (pods.Count == 1)
        {
            return first;
        }

        var length = pods.Min(pod => first.Zip(pod.Name).TakeWhile(pair => pair.First == pair.Second).Count());
        var common = first[..length];
        var dash = common.LastIndexOf('-');
        return dash > 0 ? common[..dash] : first;
    }
}
