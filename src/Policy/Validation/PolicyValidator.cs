using System.Text.Json;
using FluentValidation;

namespace Palisade.Policy.Validation;

/// <summary>
/// Finds all that is wrong or suspicious in an object, errors and warnings, in the order of the document. The same for webhook,
/// operator and CLI.
/// </summary>
public static class PolicyValidator
{
    private static readonly ClusterNetworkPolicyValidator OfClusterNetworkPolicies = new();
    private static readonly DefaultDenyProfileValidator OfDefaultDenyProfiles = new(OfClusterNetworkPolicies);
    private static readonly NetworkPolicyValidator OfNetworkPolicies = new();

    /// <summary>Findings of a ClusterNetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(ClusterNetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        options ??= ValidationOptions.Default;
        return Validate(OfClusterNetworkPolicies, PolicyDocument.From(policy, options), policy.Metadata, options);
    }

    /// <summary>Findings of a DefaultDenyProfile.</summary>
    public static IReadOnlyList<Finding> Validate(DefaultDenyProfile profile, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        options ??= ValidationOptions.Default;
        return Validate(OfDefaultDenyProfiles, PolicyDocument.From(profile, options), profile.Metadata, options);
    }

    /// <summary>Findings of a NetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(V1NetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        options ??= ValidationOptions.Default;
        return Validate(OfNetworkPolicies, PolicyDocument.From(policy, options), policy.Metadata, options);
    }

    /// <summary>
    /// Findings of a document as the user wrote it, unknown fields, values of another type and bad metadata included; none for other kinds. Where a
    /// value is of another type, the object cannot be read and only such findings are given.
    /// </summary>
    public static IReadOnlyList<Finding> Validate(JsonElement document, ValidationOptions? options = null)
    {
        var findings = ShapeFindings.Find(document).ToList();
        if (ShapeFindings.ModelOf(document) is not { } model || findings.Exists(f => f.Code == FindingCodes.FieldOfOtherType))
        {
            return findings;
        }

        findings.AddRange(
            document.Deserialize(model) switch
            {
                ClusterNetworkPolicy policy => [.. MetadataValidator.Validate(policy.Metadata), .. Validate(policy, options)],
                DefaultDenyProfile profile => [.. MetadataValidator.Validate(profile.Metadata), .. Validate(profile, options)],
                V1NetworkPolicy policy => [.. OfManifest(policy), .. Validate(policy, options)],
                _ => [],
            }
        );
        return DocumentOrder.Sort(findings);
    }

    private static IEnumerable<Finding> OfManifest(V1NetworkPolicy policy)
    {
        var findings = MetadataValidator.Validate(policy.Metadata);
        return ReservedNames.FindInManifest(policy) is { } reserved ? findings.Append(reserved) : findings;
    }

    private static List<Finding> Validate(
        IValidator<PolicyDocument> validator,
        PolicyDocument document,
        V1ObjectMeta? metadata,
        ValidationOptions options
    )
    {
        var findings = validator.Validate(document.ToContext()).ToFindings();
        if (options.CheckLastApplied)
        {
            // The API server has dropped these from a NetworkPolicy, as it does for everybody.
            var severity = document.Tolerance.IsLenient ? FindingSeverity.Warning : FindingSeverity.Error;
            findings.AddRange(ShapeFindings.FindInLastApplied(metadata?.Annotations).Select(f => f with { Severity = severity }));
        }

        var ignored = IgnoredWarnings.From(metadata);
        return DocumentOrder.Sort([.. findings.Where(finding => !ignored.Contains(finding.Code, StringComparer.Ordinal))]);
    }
}
