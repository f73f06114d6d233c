using FluentValidation;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>What a NetworkPolicy is held to.</summary>
internal sealed class NetworkPolicyValidator : AbstractValidator<PolicyDocument>
{
    public NetworkPolicyValidator()
    {
        Include(SharedValidator.Instance);
        RuleForEach(policy => policy.Peers).SetValidator(new PeerValidator("podSelector, namespaceSelector or ipBlock"));
    }
}

/// <summary>What a ClusterNetworkPolicy is held to, and a DefaultDenyProfile too.</summary>
internal sealed class ClusterNetworkPolicyValidator : AbstractValidator<PolicyDocument>
{
    public ClusterNetworkPolicyValidator()
    {
        Include(SharedValidator.Instance);
        Include(new TargetValidator());
        Include(new SparedNamespaceValidator());
        RuleForEach(policy => policy.Peers)
            .SetValidator(new PeerValidator("podSelector, namespaceSelector, ipBlock, tenant, nodes or entity"));
    }
}

/// <summary>What a DefaultDenyProfile is held to.</summary>
internal sealed class DefaultDenyProfileValidator : AbstractValidator<PolicyDocument>
{
    public DefaultDenyProfileValidator(ClusterNetworkPolicyValidator ofEveryCustomResource)
    {
        Include(ofEveryCustomResource);
        Include(new EnforcementValidator());
    }
}

/// <summary>
/// What all three kinds are held to, one validator a concern: none stops at its first finding or looks at those of others. Those that look
/// at selectors, rules or blocks are composed of those, the others look at the whole document.
/// </summary>
/// <remarks>
/// A failure has the path of its field, as it stands in the document, put together where it is found: there may be 100,000 exceptions, and
/// most of them are sound. There is one instance, since every rule compiles an expression when it is made.
/// </remarks>
internal sealed class SharedValidator : AbstractValidator<PolicyDocument>
{
    private SharedValidator()
    {
        Include(new PolicyTypesValidator());
        RuleForEach(document => document.Selectors).SetValidator(new SelectorValidator());
        RuleForEach(document => document.Rules).SetValidator(new RuleValidator());
        RuleForEach(document => document.Blocks).SetValidator(new BlockValidator());
        Include(new FamilyTwinValidator());
        Include(new DnsValidator());
        Include(new ServicePortValidator());
        Include(new ClusterValidator());
    }

    public static SharedValidator Instance { get; } = new();
}

/// <summary>What a rule is held to by itself.</summary>
internal sealed class RuleValidator : AbstractValidator<DocumentRule>
{
    public RuleValidator()
    {
        Include(new RedundantPeerValidator());
        Include(new SeparatePeersValidator());
        Include(new OpenRuleValidator());
        Include(new PortValidator());
        Include(new DuplicatePortValidator());
        Include(new NamedPortValidator());
    }
}

/// <summary>A custom resource says which namespaces it is for.</summary>
internal sealed class TargetValidator : AbstractValidator<PolicyDocument>
{
    public TargetValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        if (document.NamespaceSelector is null)
        {
            context.AddError(
                FindingCodes.NamespaceSelectorMissing,
                "spec.namespaceSelector",
                null,
                "must be given: {} for every namespace, or labels, for example {matchLabels: {tier: web}}"
            );
        }

        for (var i = 0; i < document.ExcludedNamespaces.Count; i++)
        {
            var pattern = document.ExcludedNamespaces[i];
            if (!NamespaceGlob.IsValid(pattern))
            {
                context.AddError(
                    FindingCodes.GlobInvalid,
                    $"spec.excludedNamespaces[{i}]",
                    pattern ?? "",
                    "must be a namespace's name or a glob: at most 63 of a-z, 0-9 and -, with * for any text and ? for one character"
                );
            }
        }
    }
}

/// <summary>Warns of a selector that names a system namespace, which is left alone: nothing is stamped there.</summary>
internal sealed class SparedNamespaceValidator : AbstractValidator<PolicyDocument>
{
    public SparedNamespaceValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        if (document.IncludesSystemNamespaces)
        {
            return;
        }

        var spared = NamesIn(document.NamespaceSelector)
            .Where(name => name == document.OwnNamespace || SystemNamespaces.Names.Contains(name, StringComparer.Ordinal))
            .Select(name => $"\"{name}\"")
            .ToList();
        if (spared.Count > 0)
        {
            context.AddWarning(
                FindingCodes.SystemNamespaceSpared,
                "spec.namespaceSelector",
                null,
                $"names {Text.List(spared)}, where nothing is stamped unless includeSystemNamespaces is true: set it, or leave the name out"
            );
        }
    }

    private static IEnumerable<string> NamesIn(V1LabelSelector? selector)
    {
        if (selector?.MatchLabels is { } labels && labels.TryGetValue(SystemNamespaces.NameLabel, out var name))
        {
            yield return name;
        }

        var lists = (selector?.MatchExpressions ?? []).Where(one =>
            one?.Key == SystemNamespaces.NameLabel && one.OperatorProperty == SelectorOperators.In
        );
        foreach (var value in lists.SelectMany(one => one.Values ?? []))
        {
            yield return value;
        }
    }
}

/// <summary>What a profile does is one of two things.</summary>
internal sealed class EnforcementValidator : AbstractValidator<PolicyDocument>
{
    private static readonly string[] Enforcements = ["Enforce", "Audit"];

    public EnforcementValidator() => RuleFor(profile => profile.Enforcement).Custom(Check);

    private static void Check(string? enforcement, ValidationContext<PolicyDocument> context)
    {
        if (enforcement is not null && !Enforcements.Contains(enforcement, StringComparer.Ordinal))
        {
            var meant = Text.DidYouMean(enforcement, Enforcements);
            context.AddError(FindingCodes.EnforcementUnknown, "spec.enforcement", enforcement, $"must be Enforce or Audit{meant}");
        }
    }
}

/// <summary>policyTypes are known, given once, and cover the directions that have rules.</summary>
internal sealed class PolicyTypesValidator : AbstractValidator<PolicyDocument>
{
    private const string Field = "spec.policyTypes";

    public PolicyTypesValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        CheckValues(document.PolicyTypes ?? [], context);
        if (document.PolicyTypes is { Count: > 0 } types)
        {
            foreach (var direction in Directions.All.Where(d => !types.Contains(d)))
            {
                CheckDirection(document, direction, context);
            }
        }

        if (document.HasEmptyEgress && !document.Isolates(Directions.Egress))
        {
            context.AddWarning(
                FindingCodes.EgressNotIsolated,
                "spec.egress",
                null,
                "an empty list alone isolates nothing: add Egress to policyTypes to deny all egress, or remove the list"
            );
        }
    }

    private static void CheckValues(IList<string> types, ValidationContext<PolicyDocument> context)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (!Directions.All.Contains(types[i], StringComparer.Ordinal))
            {
                var meant = Text.DidYouMean(types[i] ?? "", Directions.All);
                context.AddError(FindingCodes.PolicyTypeUnknown, $"{Field}[{i}]", types[i] ?? "", $"must be Ingress or Egress{meant}");
            }
            else if (types.IndexOf(types[i]) < i)
            {
                // The API server takes two of the same, but never three.
                Action<string, string, string?, string> report =
                    i < Directions.All.Count ? context.AddErrorUnlessLenient : context.AddError;
                report(FindingCodes.PolicyTypeRepeated, $"{Field}[{i}]", types[i], "must be given once only: remove it");
            }
        }
    }

    private static void CheckDirection(PolicyDocument document, string direction, ValidationContext<PolicyDocument> context)
    {
        var rules = document.Rules.Where(r => r.Direction == direction).ToList();
        if (rules.Count > 0)
        {
            var path = rules[0].Path;
            context.AddErrorUnlessLenient(
                FindingCodes.RulesWithoutPolicyType,
                path[..path.LastIndexOf('[')],
                null,
                $"must not have rules, since policyTypes leaves out {direction} and they would have no effect: add {direction} to policyTypes, or remove them"
            );
        }
    }
}
