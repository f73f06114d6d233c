namespace Palisade.Policy.Validation;

/// <summary>
/// The stable codes of findings: below 100 errors, from 101 on warnings. A code is never given another meaning, and one that is
/// no longer used is not used again. docs/findings.md explains each.
/// </summary>
public static class FindingCodes
{
    /// <summary>A cidr is not a CIDR.</summary>
    public const string CidrInvalid = "PAL001";

    /// <summary>A cidr or exception has bits set beyond its prefix length.</summary>
    public const string HostBits = "PAL002";

    /// <summary>An exception is not a CIDR.</summary>
    public const string ExceptInvalid = "PAL003";

    /// <summary>An exception lies outside its cidr.</summary>
    public const string ExceptOutside = "PAL004";

    /// <summary>An exception is its whole cidr.</summary>
    public const string ExceptEqualsCidr = "PAL005";

    /// <summary>An exception is of the other family than its cidr.</summary>
    public const string ExceptFamily = "PAL006";

    /// <summary>The exceptions together leave nothing of their cidr.</summary>
    public const string ExceptsCoverCidr = "PAL007";

    /// <summary>A peer is of more than one kind.</summary>
    public const string PeerOfSeveralKinds = "PAL010";

    /// <summary>A peer says nothing.</summary>
    public const string PeerEmpty = "PAL011";

    /// <summary>There is no such entity.</summary>
    public const string EntityUnknown = "PAL012";

    /// <summary>A tenant peer names no label.</summary>
    public const string TenantWithoutLabels = "PAL013";

    /// <summary>A port number is out of range.</summary>
    public const string PortOutOfRange = "PAL020";

    /// <summary>A port name is not one.</summary>
    public const string PortNameInvalid = "PAL021";

    /// <summary>An endPort does not go with its port.</summary>
    public const string EndPortInvalid = "PAL022";

    /// <summary>There is no such protocol.</summary>
    public const string ProtocolUnknown = "PAL023";

    /// <summary>There is no such policy type.</summary>
    public const string PolicyTypeUnknown = "PAL024";

    /// <summary>A policy type is given twice.</summary>
    public const string PolicyTypeRepeated = "PAL025";

    /// <summary>There are rules for a direction that policyTypes leaves out.</summary>
    public const string RulesWithoutPolicyType = "PAL026";

    /// <summary>A selector's operator is unknown, or does not go with its values.</summary>
    public const string SelectorInvalid = "PAL030";

    /// <summary>A label key is not one.</summary>
    public const string LabelKeyInvalid = "PAL031";

    /// <summary>A label value is not one.</summary>
    public const string LabelValueInvalid = "PAL032";

    /// <summary>The selector of target namespaces is missing.</summary>
    public const string NamespaceSelectorMissing = "PAL033";

    /// <summary>A name or glob could not match any namespace.</summary>
    public const string GlobInvalid = "PAL034";

    /// <summary>There is no such enforcement.</summary>
    public const string EnforcementUnknown = "PAL035";

    /// <summary>A name is not one of an object, or of a namespace.</summary>
    public const string NameInvalid = "PAL036";

    /// <summary>The kind has no such field.</summary>
    public const string FieldUnknown = "PAL040";

    /// <summary>A field holds a value of another type.</summary>
    public const string FieldOfOtherType = "PAL041";

    /// <summary>A stamped NetworkPolicy is changed by hand.</summary>
    public const string GeneratedPolicyEdited = "PAL050";

    /// <summary>A NetworkPolicy takes a name that is kept for those that the operator stamps.</summary>
    public const string NameReserved = "PAL051";

    /// <summary>Exceptions repeat or contain each other.</summary>
    public const string ExceptsOverlap = "PAL101";

    /// <summary>A peer is given twice.</summary>
    public const string PeerDuplicate = "PAL102";

    /// <summary>A port is given twice, or lies in a range that is given too.</summary>
    public const string PortDuplicate = "PAL103";

    /// <summary>A peer lets in nothing that another peer of its rule does not.</summary>
    public const string PeerCovered = "PAL104";

    /// <summary>An excepted range is let in again by another peer of the rule.</summary>
    public const string ExceptUndone = "PAL105";

    /// <summary>All addresses of one family, but none of the other.</summary>
    public const string FamilyTwinMissing = "PAL106";

    /// <summary>A rule names no peers, and so means everybody.</summary>
    public const string RuleForEverybody = "PAL107";

    /// <summary>Two peers that look as if one was meant.</summary>
    public const string PeersLookLikeOne = "PAL108";

    /// <summary>Egress is isolated, and DNS is not allowed.</summary>
    public const string DnsNotAllowed = "PAL109";

    /// <summary>An empty list of egress rules isolates nothing.</summary>
    public const string EgressNotIsolated = "PAL110";

    /// <summary>A named egress port means only pods among addresses.</summary>
    public const string NamedPortWithAddresses = "PAL111";

    /// <summary>Port 53 is allowed for TCP only.</summary>
    public const string DnsTcpOnly = "PAL112";

    /// <summary>A selector matches no namespace now.</summary>
    public const string NoNamespaceMatches = "PAL113";

    /// <summary>A cidr overlaps the addresses of pods.</summary>
    public const string CidrOverlapsPods = "PAL114";

    /// <summary>Pods of kube-system, or of the namespace of the cluster's DNS, are isolated.</summary>
    public const string IsolatesSystemPods = "PAL115";

    /// <summary>A port is that of a Service, whose pods listen on another one.</summary>
    public const string ServicePortMeant = "PAL116";

    /// <summary>A cidr is the address of a Service, which policies never see.</summary>
    public const string CidrIsServiceAddress = "PAL117";

    /// <summary>A namespaceSelector names a system namespace, which is left alone.</summary>
    public const string SystemNamespaceSpared = "PAL118";

    /// <summary>Whether a code is a warning's wherever it is found; that of an error may be a warning for a NetworkPolicy.</summary>
    public static bool IsWarning(string code) => string.CompareOrdinal(code, ExceptsOverlap) >= 0;

    /// <summary>All codes, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        CidrInvalid,
        HostBits,
        ExceptInvalid,
        ExceptOutside,
        ExceptEqualsCidr,
        ExceptFamily,
        ExceptsCoverCidr,
        PeerOfSeveralKinds,
        PeerEmpty,
        EntityUnknown,
        TenantWithoutLabels,
        PortOutOfRange,
        PortNameInvalid,
        EndPortInvalid,
        ProtocolUnknown,
        PolicyTypeUnknown,
        PolicyTypeRepeated,
        RulesWithoutPolicyType,
        SelectorInvalid,
        LabelKeyInvalid,
        LabelValueInvalid,
        NamespaceSelectorMissing,
        GlobInvalid,
        EnforcementUnknown,
        NameInvalid,
        FieldUnknown,
        FieldOfOtherType,
        GeneratedPolicyEdited,
        NameReserved,
        ExceptsOverlap,
        PeerDuplicate,
        PortDuplicate,
        PeerCovered,
        ExceptUndone,
        FamilyTwinMissing,
        RuleForEverybody,
        PeersLookLikeOne,
        DnsNotAllowed,
        EgressNotIsolated,
        NamedPortWithAddresses,
        DnsTcpOnly,
        NoNamespaceMatches,
        CidrOverlapsPods,
        IsolatesSystemPods,
        ServicePortMeant,
        CidrIsServiceAddress,
        SystemNamespaceSpared,
    ];
}
