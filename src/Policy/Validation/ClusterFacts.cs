using System.Collections.Immutable;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>What of a cluster some warnings depend on. Indexed once when it is made, so that a request does not read all of it.</summary>
public sealed record ClusterFacts
{
    private readonly NamespaceIndex _index = NamespaceIndex.Empty;
    private readonly ILookup<string, V1Service>? _services;
    private readonly Dictionary<IpAddress, V1Service> _servicesByAddress = [];

    /// <summary>Namespaces, pods, nodes, and the policies besides the one that is looked at.</summary>
    public required ClusterSnapshot Snapshot
    {
        get;
        init => (field, _index) = (value, new NamespaceIndex(value));
    }

    /// <summary>The Services, as far as they are known.</summary>
    public ImmutableArray<V1Service> AllServices
    {
        get;
        init
        {
            field = value;
            _services = value.ToLookup(service => service.Metadata.NamespaceProperty ?? "", StringComparer.Ordinal);
            _servicesByAddress = ByAddress(value);
        }
    } = [];

    /// <summary>Whether the snapshot has all namespaces, with their labels; otherwise nothing is said of selectors that match none.</summary>
    public bool KnowsNamespaces { get; init; } = true;

    /// <summary>Addresses that pods are given.</summary>
    public CidrSet PodRanges { get; init; } = CidrSet.Empty;

    /// <summary>Name of the namespace that Palisade runs in.</summary>
    public string OwnNamespace { get; init; } = ExpansionContext.DefaultOwnNamespace;

    /// <summary>The pods of a namespace that policies can select, those with the same labels together.</summary>
    public ImmutableArray<PodGroup> SelectablePods(string inNamespace) => _index.SelectablePods(inNamespace);

    /// <summary>Whether any Service is known.</summary>
    internal bool HasServices => !AllServices.IsEmpty;

    /// <summary>Where DNS is reached.</summary>
    internal DnsServers Dns => _index.Dns;

    /// <summary>The known Services of a namespace.</summary>
    internal IEnumerable<V1Service> Services(string inNamespace) => _services?[inNamespace] ?? [];

    /// <summary>The known Service that has the cluster address; null when none has.</summary>
    internal V1Service? ServiceAt(IpAddress address) => _servicesByAddress.GetValueOrDefault(address);

    /// <summary>The policies of a namespace that let DNS out.</summary>
    public ImmutableArray<DnsAllowance> DnsAllowances(string inNamespace) => _index.DnsAllowances(inNamespace);

    private static Dictionary<IpAddress, V1Service> ByAddress(ImmutableArray<V1Service> services)
    {
        var byAddress = new Dictionary<IpAddress, V1Service>();
        foreach (var service in services)
        {
            foreach (var text in (service.Spec?.ClusterIPs ?? []).Append(service.Spec?.ClusterIP))
            {
                if (IpAddress.TryParse(text, out var address))
                {
                    byAddress.TryAdd(address, service);
                }
            }
        }

        return byAddress;
    }
}

/// <summary>A snapshot's pods and policies by namespace, as far as findings depend on them.</summary>
internal sealed class NamespaceIndex
{
    private readonly Dictionary<string, ImmutableArray<PodGroup>> _pods;
    private readonly Dictionary<string, ImmutableArray<DnsAllowance>> _dns;

    public NamespaceIndex(ClusterSnapshot snapshot)
    {
        Dns = DnsServers.From(snapshot);
        _pods = Group(snapshot.Pods.Where(pod => pod.IsSelectable), pod => pod.Namespace, PodGroups);
        _dns = Group(snapshot.Policies.Where(LetsDnsOut), policy => policy.Namespace, policies => policies.Select(DnsAllowance.From));
    }

    public static NamespaceIndex Empty { get; } = new(ClusterSnapshot.Empty);

    /// <summary>Where DNS is reached.</summary>
    public DnsServers Dns { get; }

    public ImmutableArray<PodGroup> SelectablePods(string inNamespace) => _pods.GetValueOrDefault(inNamespace, []);

    public ImmutableArray<DnsAllowance> DnsAllowances(string inNamespace) => _dns.GetValueOrDefault(inNamespace, []);

    private bool LetsDnsOut(PolicyFacts policy) =>
        policy.Isolates(Directions.Egress)
        && (policy.Spec.PodSelector is null || LabelSelectorMatcher.FindError(policy.Spec.PodSelector) is null)
        && DocumentRule.From(policy.Spec.Egress).Any(rule => rule.AllowsDns(Dns));

    private static IEnumerable<PodGroup> PodGroups(IEnumerable<PodFacts> pods) =>
        pods.GroupBy(pod => pod.Labels).Select(group => new PodGroup(group.Key, [.. group]));

    private static Dictionary<string, ImmutableArray<TValue>> Group<T, TValue>(
        IEnumerable<T> all,
        Func<T, string?> namespaceOf,
        Func<IEnumerable<T>, IEnumerable<TValue>> valuesOf
    ) =>
        all.GroupBy(one => namespaceOf(one) ?? "", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => valuesOf(group).ToImmutableArray(), StringComparer.Ordinal);
}

/// <summary>Pods of a namespace with the same labels, as the replicas of a workload have: a selector selects all of them, or none.</summary>
/// <param name="Labels">Their labels.</param>
/// <param name="Pods">The pods, at least one.</param>
public sealed record PodGroup(LabelSet Labels, ImmutableArray<PodFacts> Pods);

/// <summary>A NetworkPolicy that lets DNS out.</summary>
/// <param name="PolicyName">Its name; of one that was stamped under another name, since the usual one was taken, the usual one.</param>
/// <param name="Pods">The pods that it selects.</param>
/// <param name="Key">Canonical text of the selector.</param>
public sealed record DnsAllowance(string PolicyName, V1LabelSelector Pods, string Key)
{
    internal static DnsAllowance From(PolicyFacts policy)
    {
        var pods = policy.Spec.PodSelector ?? LabelSelectorMatcher.Everything;
        return new(policy.UsualName, pods, LabelSelectorKey.From(pods));
    }
}
