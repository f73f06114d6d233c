using Palisade.Policy.Expansion;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>A custom resource says which namespaces it is for, and what it does there.</summary>
internal sealed class TargetValidator : Concern
{
    private static readonly string[] Enforcements = ["Enforce", "Audit"];

    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        if (!document.IsNetworkPolicy && document.NamespaceSelector is null)
        {
            findings.Error(
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
                findings.Error(
                    FindingCodes.GlobInvalid,
                    $"spec.excludedNamespaces[{i}]",
                    pattern ?? "",
                    "must be a namespace's name or a glob: at most 63 of a-z, 0-9 and -, with * for any text and ? for one character"
                );
            }
        }

        if (document.Enforcement is { } enforcement && !Enforcements.Contains(enforcement, StringComparer.Ordinal))
        {
            var meant = Text.DidYouMean(enforcement, Enforcements);
            findings.Error(FindingCodes.EnforcementUnknown, "spec.enforcement", enforcement, $"must be Enforce or Audit{meant}");
        }
    }
}
