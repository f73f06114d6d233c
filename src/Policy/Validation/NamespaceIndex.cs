using System.Collections.Immutable;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation;

/// <summary>A snapshot's pods and policies by namespace, as far as findings depend on them.</summary>
internal sealed class NamespaceIndex
{
    private readonly Dictionary<string, ImmutableArray<PodGroup>> _pods;
    private readonly Dictionary<string, ImmutableArray<DnsAllowance>> _dns;

    public NamespaceIndex(ClusterSnapshot snapshot)
    {
        Dns = DnsServers.From(snapshot);
        _pods = Group(snapshot.Pods.Where(pod => pod.IsSelectable), pod => pod.Namespace, PodGroups);
        _dns = Group(snapshot.Policies.Where(LetsDnsOut), policy => policy.Namespace, policies => policies.Select(DnsAllowance.Of));
    }

    public static NamespaceIndex Empty { get; } = new(ClusterSnapshot.Empty);

    /// <summary>Where DNS is reached.</summary>
    public DnsServers Dns { get; }

    public ImmutableArray<PodGroup> SelectablePods(string inNamespace) => _pods.GetValueOrDefault(inNamespace, []);

    public ImmutableArray<DnsAllowance> DnsAllowances(string inNamespace) => _dns.GetValueOrDefault(inNamespace, []);

    private bool LetsDnsOut(PolicyFacts policy) =>
        policy.Isolates(Directions.Egress)
        && (policy.Spec.PodSelector is null || LabelSelectorMatcher.WhyInvalid(policy.Spec.PodSelector) is null)
        && DocumentRule.Of(policy.Spec.Egress).Any(rule => rule.AllowsDns(Dns));

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
