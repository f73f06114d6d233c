namespace Palisade.Policy.Validation;

/// <summary>
/// What the API server that a NetworkPolicy is for lets in although it is most likely wrong. It is warned of; what the server refuses is an
/// error. The custom resources are let off nothing.
/// </summary>
internal sealed class ServerTolerance
{
    /// <summary>From here on values in match expressions have to be label values (kubernetes/kubernetes#113699).</summary>
    private static readonly KubernetesVersion LabelValuesChecked = new(1, 26);

    /// <summary>
    /// From here on the feature gate StrictIPCIDRValidation (KEP-4858) is on by default: no host bits, leading zeros or IPv4-mapped addresses.
    /// </summary>
    private static readonly KubernetesVersion CidrsChecked = new(1, 36);

    private readonly KubernetesVersion? _version;
    private readonly bool _keepsLabelValues;
    private readonly HashSet<string> _keptCidrs;

    private ServerTolerance(bool isLenient, KubernetesVersion? version, V1NetworkPolicySpec? previous)
    {
        (IsLenient, _version) = (isLenient, version);
        _keepsLabelValues = HasInvalidValue(previous?.PodSelector);
        _keptCidrs = CidrsOf(previous);
    }

    /// <summary>Nothing is let in but what is right.</summary>
    public static ServerTolerance None { get; } = new(false, null, null);

    /// <summary>Whether what the API server lets in is let in here.</summary>
    public bool IsLenient { get; }

    /// <summary>Whether values in match expressions may be what no label can have.</summary>
    public bool TakesLabelValues => IsLenient && (_keepsLabelValues || !IsAtLeast(LabelValuesChecked));

    /// <summary>Whether a block may be written with host bits, leading zeros, or an IPv4-mapped address.</summary>
    public bool TakesCidr(string? text) => IsLenient && (!IsAtLeast(CidrsChecked) || _keptCidrs.Contains(text ?? ""));

    /// <summary>What is let in of a NetworkPolicy.</summary>
    public static ServerTolerance From(ValidationOptions options) =>
        options.StrictNetworkPolicies ? None : new(true, options.KubernetesVersion, options.Previous?.Spec);

    private bool IsAtLeast(KubernetesVersion version) => _version?.IsAtLeast(version) == true;

    /// <summary>An update may keep any value where the pod selector, of all selectors, had an invalid one already.</summary>
    private static bool HasInvalidValue(V1LabelSelector? selector) =>
        (selector?.MatchExpressions ?? []).SelectMany(e => e?.Values ?? []).Any(value => LabelSyntax.ValidateValue(value) is not null);

    /// <summary>An update may keep any block that was there before, wherever.</summary>
    private static HashSet<string> CidrsOf(V1NetworkPolicySpec? spec) =>
        (spec?.Ingress ?? [])
            .SelectMany(rule => rule?.FromProperty ?? [])
            .Concat((spec?.Egress ?? []).SelectMany(rule => rule?.To ?? []))
            .Select(peer => peer?.IpBlock)
            .OfType<V1IPBlock>()
            .SelectMany(block => (block.Except ?? []).Append(block.Cidr))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
}
