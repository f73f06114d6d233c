using Palisade.Models;

namespace Palisade.Operator.Writing;

/// <summary>
/// The form in which a NetworkPolicy is applied. Server-side apply leaves alone what the request does not mention, so whatever decides
/// about isolation is always mentioned; and an API server that drops empty lists takes them for a change each time, so they are mentioned only
/// where there is something to remove.
/// </summary>
internal static class WireForm
{
    /// <summary>Version that no object has: an apply with it creates the object, or fails when there is one already.</summary>
    private const string Never = "1";

    private static readonly Dictionary<string, string> NoLabels = new(StringComparer.Ordinal);

    /// <summary>To create the object, and to fail when there is one.</summary>
    public static V1NetworkPolicy ToCreate(V1NetworkPolicy desired)
    {
        var wire = Of(desired, current: null);
        wire.Metadata.ResourceVersion = Never;
        return wire;
    }

    /// <summary>To change exactly the given object, and to fail when another one or none is in its place.</summary>
    public static V1NetworkPolicy ToChange(V1NetworkPolicy desired, V1NetworkPolicy current)
    {
        var wire = Of(desired, current);
        wire.Metadata.Uid = current.Metadata.Uid;
        return wire;
    }

    /// <summary>To put in the place of the given object, as long as it is as given; what others added to its metadata stays.</summary>
    public static V1NetworkPolicy ToReplace(V1NetworkPolicy desired, V1NetworkPolicy current)
    {
        var wire = Of(desired, current: null);
        var labels = new Dictionary<string, string>(current.Metadata.Labels ?? NoLabels, StringComparer.Ordinal);
        foreach (var (key, value) in desired.Metadata.Labels ?? NoLabels)
        {
            labels[key] = value;
        }

        var ours = desired.Metadata.OwnerReferences ?? [];
        var others = (current.Metadata.OwnerReferences ?? []).Where(other => !ours.Any(own => IsNamesake(own, other)));
        wire.Metadata = new V1ObjectMeta
        {
            Name = desired.Metadata.Name,
            NamespaceProperty = desired.Metadata.NamespaceProperty,
            Uid = current.Metadata.Uid,
            ResourceVersion = current.Metadata.ResourceVersion,
            Labels = labels,
            Annotations = current.Metadata.Annotations,
            Finalizers = current.Metadata.Finalizers,
            OwnerReferences = [.. others, .. ours],
        };
        return wire;
    }

    /// <summary>
    /// The same without the ends of port ranges, for API servers that do not know them (before 1.22): only the first port of a range is open,
    /// less than was asked for. Null when there is no range.
    /// </summary>
    public static V1NetworkPolicy? WithoutRanges(V1NetworkPolicy wire)
    {
        var spec = wire.Spec!;
        var ports = (spec.Ingress ?? []).Select(rule => rule.Ports).Concat((spec.Egress ?? []).Select(rule => rule.Ports));
        if (!ports.Any(list => list?.Any(port => port.EndPort is not null) == true))
        {
            return null;
        }

        return new V1NetworkPolicy
        {
            Metadata = wire.Metadata,
            Spec = new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector,
                PolicyTypes = spec.PolicyTypes,
                Ingress = spec
                    .Ingress?.Select(rule => new V1NetworkPolicyIngressRule { FromProperty = rule.FromProperty, Ports = First(rule.Ports) })
                    .ToList(),
                Egress = spec.Egress?.Select(rule => new V1NetworkPolicyEgressRule { To = rule.To, Ports = First(rule.Ports) }).ToList(),
            },
        };
    }

    private static List<V1NetworkPolicyPort>? First(IList<V1NetworkPolicyPort>? ports) =>
        ports?.Select(port => new V1NetworkPolicyPort { Protocol = port.Protocol, Port = port.Port }).ToList();

    private static V1NetworkPolicy Of(V1NetworkPolicy desired, V1NetworkPolicy? current)
    {
        var spec = desired.Spec ?? new();
        return new V1NetworkPolicy
        {
            Metadata = new V1ObjectMeta
            {
                Name = desired.Metadata.Name,
                NamespaceProperty = desired.Metadata.NamespaceProperty,
                Labels = desired.Metadata.Labels,
                OwnerReferences = desired.Metadata.OwnerReferences,
            },
            Spec = new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector ?? new(),
                PolicyTypes = PolicyTypes(spec),
                Ingress = Mention(spec.Ingress, current?.Spec?.Ingress),
                Egress = Mention(spec.Egress, current?.Spec?.Egress),
            },
        };
    }

    /// <summary>The default of the API (networking/v1), spelled out: it would otherwise stay what it was when the rules change.</summary>
    private static IList<string> PolicyTypes(V1NetworkPolicySpec spec) =>
        spec.PolicyTypes is { Count: > 0 } given ? given
        : spec.Egress is { Count: > 0 } ? ["Ingress", "Egress"]
        : ["Ingress"];

    private static IList<T>? Mention<T>(IList<T>? desired, IList<T>? current) =>
        desired is { Count: > 0 } ? desired
        : current is { Count: > 0 } ? []
        : null;

    private static bool IsNamesake(V1OwnerReference own, V1OwnerReference other) => own.Kind == other.Kind && own.Name == other.Name;
}
