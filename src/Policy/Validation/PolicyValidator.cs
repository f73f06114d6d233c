using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Palisade.Policy.Validation.Concerns;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation;

/// <summary>
/// Finds all that is wrong or suspicious in an object, errors and warnings, in the order of the document. The same for webhook,
/// operator and CLI.
/// </summary>
public static class PolicyValidator
{
    private static readonly Concern[] Concerns =
    [
        new TargetValidator(),
        new SelectorValidator(),
        new PolicyTypesValidator(),
        new PeerKindValidator(),
        new CidrValidator(),
        new ExceptValidator(),
        new PortValidator(),
        new DuplicatePortValidator(),
        new RedundantPeerValidator(),
        new FamilyTwinValidator(),
        new OpenRuleValidator(),
        new SeparatePeersValidator(),
        new DnsValidator(),
        new NamedPortValidator(),
        new ServicePortValidator(),
        new ClusterValidator(),
    ];

    /// <summary>Findings of a ClusterNetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(ClusterNetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        options ??= ValidationOptions.Default;
        return Validate(PolicyDocument.Of(policy, options), policy.Metadata, options);
    }

    /// <summary>Findings of a DefaultDenyProfile.</summary>
    public static IReadOnlyList<Finding> Validate(DefaultDenyProfile profile, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        options ??= ValidationOptions.Default;
        return Validate(PolicyDocument.Of(profile, options), profile.Metadata, options);
    }

    /// <summary>Findings of a NetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(V1NetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        options ??= ValidationOptions.Default;
        return Validate(PolicyDocument.Of(policy, options), policy.Metadata, options);
    }

    /// <summary>
    /// Findings of a document as the user wrote it, unknown fields, values of another type and bad metadata included; none for other kinds. Where a
    /// value is of another type, the object cannot be read and only such findings are given.
    /// </summary>
    public static IReadOnlyList<Finding> Validate(JsonElement document, ValidationOptions? options = null)
    {
        var findings = UnknownFields.Find(document).ToList();
        if (FieldCatalog.KindOf(document) is not { } kind || findings.Exists(f => f.Code == FindingCodes.FieldOfOtherType))
        {
            return findings;
        }

        findings.AddRange(
            document.Deserialize(kind) switch
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

    private static List<Finding> Validate(PolicyDocument document, V1ObjectMeta metadata, ValidationOptions options)
    {
        var findings = new List<Finding>();
        foreach (var concern in Concerns)
        {
            findings.AddRange(concern.Validate(document).Errors.Select(ToFinding));
        }

        if (options.CheckLastApplied)
        {
            // The API server has dropped these from a NetworkPolicy, as it does for everybody.
            var severity = document.Tolerance.IsLenient ? FindingSeverity.Warning : FindingSeverity.Error;
            findings.AddRange(UnknownFields.FindInLastApplied(metadata?.Annotations).Select(f => f with { Severity = severity }));
        }

        var ignored = IgnoredWarnings.Of(metadata);
        return DocumentOrder.Sort([.. findings.Where(finding => !ignored.Contains(finding.Code, StringComparer.Ordinal))]);
    }

    private static Finding ToFinding(ValidationFailure failure) =>
        new(
            failure.ErrorCode,
            failure.Severity == Severity.Error ? FindingSeverity.Error : FindingSeverity.Warning,
            failure.PropertyName,
            failure.AttemptedValue as string,
            failure.ErrorMessage
        )
        {
            IsBareValue = failure.CustomState is true,
        };
}
