namespace Palisade.CrdGenerator;

/// <summary>
/// What the definitions say of the types of k8s.Models that custom resources are made of: shorter words than Kubernetes' own, and the bounds
/// and rules that those lack.
/// </summary>
internal static class PackageTypes
{
    private static readonly PackageType[] All =
    [
        new(
            typeof(V1LabelSelector),
            "Selects objects by their labels; all parts must hold. An empty selector selects everything, an absent one nothing.",
            new(nameof(V1LabelSelector.MatchLabels), "Labels an object must have with exactly these values.")
            {
                MaxItems = 64,
                MaxLength = 256,
            },
            new(nameof(V1LabelSelector.MatchExpressions), "Requirements an object's labels must meet, all of them.") { MaxItems = 10 }
        ),
        new(
            typeof(V1LabelSelectorRequirement),
            "One requirement on one label.",
            new(nameof(V1LabelSelectorRequirement.Key), "Label key the requirement is about.") { IsRequired = true, MaxLength = 512 },
            new(
                nameof(V1LabelSelectorRequirement.OperatorProperty),
                "How key and values relate: In, NotIn, Exists or DoesNotExist. NotIn and DoesNotExist also hold when the label is absent."
            )
            {
                IsRequired = true,
                MaxLength = 64,
            },
            new(
                nameof(V1LabelSelectorRequirement.Values),
                "Values for In and NotIn (at least one); must be empty for Exists and DoesNotExist."
            )
            {
                MaxItems = 64,
                MaxLength = 256,
            }
        )
        {
            Rule = (
                "(self.operator == 'In' || self.operator == 'NotIn') == (has(self.values) && size(self.values) > 0)",
                "operator must be In or NotIn with at least one value, or Exists or DoesNotExist without values"
            ),
        },
        new(
            typeof(V1IPBlock),
            "A block of addresses in CIDR notation, less the excepted blocks.",
            new(nameof(V1IPBlock.Cidr), "The block, such as 192.168.0.0/16 or 2001:db8::/64.") { MaxLength = 128 },
            new(
                nameof(V1IPBlock.Except),
                "Blocks inside cidr that are left out. An exception is no denial: another rule may allow the same addresses."
            )
            {
                MaxItems = 1000,
                MaxLength = 128,
            }
        ),
        new(
            typeof(V1NetworkPolicyPort),
            "A port, or a range of ports, of one protocol.",
            new(nameof(V1NetworkPolicyPort.Protocol), "TCP, UDP or SCTP; TCP when absent.") { MaxLength = 64 },
            new(nameof(V1NetworkPolicyPort.Port), "Number or name of the port; absent means every port of the protocol."),
            new(nameof(V1NetworkPolicyPort.EndPort), "Last port of a range that begins at port, inclusive; port must be a number.")
        )
        {
            Rule = ("!has(self.endPort) || has(self.port)", "endPort needs port, the first port of the range"),
        },
        new(
            typeof(V1Condition),
            "One aspect of an object's state (KEP-1623, kstatus).",
            new(nameof(V1Condition.Type), "Aspect, such as Ready.") { IsRequired = true },
            new(nameof(V1Condition.Status), "True, False or Unknown.") { IsRequired = true },
            new(nameof(V1Condition.ObservedGeneration), "Generation of the object that this condition speaks of."),
            new(nameof(V1Condition.LastTransitionTime), "When status last changed."),
            new(nameof(V1Condition.Reason), "Constant CamelCase word for programs.") { IsRequired = true },
            new(nameof(V1Condition.Message), "Human-readable message.") { IsRequired = true }
        ),
    ];

    /// <summary>What is known of a type; null where it is not one of these.</summary>
    public static PackageType? Find(Type type) => Array.Find(All, known => known.Type == type);
}

/// <summary>A type of k8s.Models.</summary>
/// <param name="Type">The type.</param>
/// <param name="Description">What it is.</param>
/// <param name="Fields">The fields that the definitions have, in their order.</param>
internal sealed record PackageType(Type Type, string Description, params PackageField[] Fields)
{
    /// <summary>A CEL rule; null for none.</summary>
    public (string Rule, string Message)? Rule { get; init; }
}

/// <summary>A field of such a type.</summary>
/// <param name="Property">Name of its property.</param>
/// <param name="Description">What it is for.</param>
internal sealed record PackageField(string Property, string Description)
{
    /// <summary>Whether it must be present.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Greatest number of items or entries; null for other fields.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Greatest length of the string, or of each item or value.</summary>
    public int? MaxLength { get; init; }
}
