using Palisade.Cli.Manifests;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Input;

/// <summary>
/// Finds documents that were meant to be policies and are none, because their group, version or kind is misspelt or no longer served. Passed
/// over like any foreign kind they would look as if they had been checked, and isolate nothing.
/// </summary>
internal static class KindSpelling
{
    private const string OwnGroup = "palisade.dev";
    private const string OwnVersion = OwnGroup + "/v1alpha1";

    /// <summary>The kinds of policy, each with the version that it is written in.</summary>
    private static readonly (string ApiVersion, string Kind)[] Policies =
    [
        ("networking.k8s.io/v1", "NetworkPolicy"),
        (OwnVersion, "ClusterNetworkPolicy"),
        (OwnVersion, "DefaultDenyProfile"),
    ];

    /// <summary>The set with an error in place of each such document.</summary>
    public static ManifestSet Check(ManifestSet set)
    {
        var checkedDocuments = set.Skipped.Select(document => (Document: document, Error: Check(document))).ToList();
        return set with
        {
            Errors = [.. set.Errors, .. checkedDocuments.Select(item => item.Error).OfType<ManifestError>()],
            Skipped = [.. checkedDocuments.Where(item => item.Error is null).Select(item => item.Document)],
        };
    }

    private static ManifestError? Check(SkippedDocument document)
    {
        if (document.Kind.Length == 0 || document.Kind.EndsWith("List", StringComparison.Ordinal))
        {
            return null;
        }
        var (group, _) = Split(document.ApiVersion);
        if (MeantKind(document.Kind) is not var (apiVersion, kind))
        {
            return group == OwnGroup ? Error(document, "kind", document.Kind, $"{OwnGroup} has {Kinds(OwnVersion)}") : null;
        }
        if (group == Split(apiVersion).Group)
        {
            return Error(document, "kind", document.Kind, $"did you mean \"{kind}\"?") with { Subject = document.SubjectAs(kind) };
        }
        return IsMeant(document.ApiVersion, apiVersion)
            ? Error(
                document,
                "apiVersion",
                document.ApiVersion,
                $"{kind} {Served(document.ApiVersion, apiVersion)}: write {apiVersion}"
            ) with
            {
                Subject = document.SubjectAs(kind),
            }
            : null;
    }

    private static ManifestError Error(SkippedDocument document, string field, string value, string message) =>
        new(document.PositionOf(field), field, $"\"{value}\": {message}");

    /// <summary>The policy that a kind was meant to be: in any case, as a plural, or with a slip of the keyboard.</summary>
    private static (string ApiVersion, string Kind)? MeantKind(string kind)
    {
        var singular =
            kind.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? kind[..^3] + "y"
            : kind.EndsWith('s') ? kind[..^1]
            : kind;
        var name = EditDistance.Nearest(singular, Policies.Select(policy => policy.Kind));
        return name is null ? null : Array.Find(Policies, policy => policy.Kind == name);
    }

    /// <summary>
    /// Whether a version was meant to be that of a policy. Other projects have kinds of the same names in groups of their own, such as
    /// crd.projectcalico.org, policy.networking.k8s.io and crd.antrea.io; those are not ours to judge.
    /// </summary>
    private static bool IsMeant(string written, string apiVersion)
    {
        var (group, _) = Split(written);
        var (meant, _) = Split(apiVersion);
        return group is "" or "extensions" or "apps" or "networking.k8s.io" or OwnGroup
            || string.Equals(group, meant.Split('.')[0], StringComparison.OrdinalIgnoreCase)
            || (meant == OwnGroup && group.Contains("palisade", StringComparison.OrdinalIgnoreCase))
            || EditDistance.Nearest(group, [meant]) is not null;
    }

    private static string Served(string written, string apiVersion) =>
        Split(written).Group == "extensions" && apiVersion.StartsWith("networking", StringComparison.Ordinal)
            ? "is not served in the group extensions since Kubernetes 1.16"
            : "is not a kind of this group";

    private static string Kinds(string apiVersion) =>
        string.Join(" and ", Policies.Where(policy => policy.ApiVersion == apiVersion).Select(policy => policy.Kind));

    private static (string Group, string Version) Split(string apiVersion) =>
        apiVersion.Split('/', 2) is [var group, var version] ? (group, version) : ("", apiVersion);
}
