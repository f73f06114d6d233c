using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>policyTypes are known, given once, and cover the directions that have rules.</summary>
internal sealed class PolicyTypesValidator : Concern
{
    private const string Field = "spec.policyTypes";

    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        CheckValues(document.PolicyTypes ?? [], findings);
        if (document.PolicyTypes is { Count: > 0 } types)
        {
            foreach (var direction in Directions.All.Where(d => !types.Contains(d)))
            {
                CheckDirection(document, direction, findings);
            }
        }

        if (document.HasEmptyEgress && !document.Isolates(Directions.Egress))
        {
            findings.Warning(
                FindingCodes.EgressNotIsolated,
                "spec.egress",
                null,
                "an empty list alone isolates nothing: add Egress to policyTypes to deny all egress, or remove the list"
            );
        }
    }

    private static void CheckValues(IList<string> types, FindingSink findings)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (!Directions.All.Contains(types[i], StringComparer.Ordinal))
            {
                var meant = Text.DidYouMean(types[i] ?? "", Directions.All);
                findings.Error(FindingCodes.PolicyTypeUnknown, $"{Field}[{i}]", types[i] ?? "", $"must be Ingress or Egress{meant}");
            }
            else if (types.IndexOf(types[i]) < i)
            {
                // The API server takes two of the same, but never three.
                Action<string, string, string?, string> report = i < Directions.All.Count ? findings.ErrorUnlessLenient : findings.Error;
                report(FindingCodes.PolicyTypeRepeated, $"{Field}[{i}]", types[i], "must be given once only: remove it");
            }
        }
    }

    private static void CheckDirection(PolicyDocument document, string direction, FindingSink findings)
    {
        var rules = document.Rules.Where(r => r.Direction == direction).ToList();
        if (rules.Count > 0)
        {
            var path = rules[0].Path;
            findings.ErrorUnlessLenient(
                FindingCodes.RulesWithoutPolicyType,
                path[..path.LastIndexOf('[')],
                null,
                $"must not have rules, since policyTypes leaves out {direction} and they would have no effect: add {direction} to policyTypes, or remove them"
            );
        }
    }
}
