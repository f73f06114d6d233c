using Palisade.Cli.Manifests;
using Palisade.Cli.Output;

namespace Palisade.Cli.Input;

/// <summary>Says which pods of a cluster an answer may not know: those of kinds that are not read as workloads, and of placeholders.</summary>
internal static class WorkloadNotes
{
    private const int MaxListed = 8;

    /// <summary>Groups of Kubernetes itself, whose kinds make no pods but for those that are read as workloads.</summary>
    private static readonly string[] BuiltIn = ["", "apps", "autoscaling", "batch", "extensions", "policy"];

    /// <summary>Groups and kinds of custom resources that are known to make no pods; <c>*</c> is every kind of the group.</summary>
    private static readonly (string Group, string Kind)[] Podless =
    [
        ("bitnami.com", "SealedSecret"),
        ("cert-manager.io", "*"),
        ("cilium.io", "*"),
        ("crd.projectcalico.org", "*"),
        ("external-secrets.io", "*"),
        ("kustomize.config.k8s.io", "*"),
        ("kyverno.io", "*"),
        ("monitoring.coreos.com", "AlertmanagerConfig"),
        ("monitoring.coreos.com", "PodMonitor"),
        ("monitoring.coreos.com", "Probe"),
        ("monitoring.coreos.com", "PrometheusRule"),
        ("monitoring.coreos.com", "ScrapeConfig"),
        ("monitoring.coreos.com", "ServiceMonitor"),
        ("networking.istio.io", "*"),
        ("palisade.dev", "*"),
        ("projectcalico.org", "*"),
        ("route.openshift.io", "*"),
        ("security.istio.io", "*"),
    ];

    /// <summary>The notes, a line each; none when there is nothing to say.</summary>
    public static IEnumerable<string> From(ManifestSet manifests)
    {
        var unread = manifests
            .Skipped.Where(document => document.Kind.Length > 0 && MayMakePods(document))
            .GroupBy(document => (document.Kind, Group: GroupOf(document.ApiVersion)))
            .OrderBy(group => group.Key.Kind, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Group, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {Plain(group.Key.Kind)} ({Plain(group.Key.Group)})")
            .ToList();
        if (unread.Count > 0)
        {
            yield return $"note: not read as workloads: {Listed(unread)}; if any of them makes pods, these are not seen";
        }
        var placeholders = new PodMakers(manifests)
            .All.Where(maker => maker.Workload.IsPlaceholder)
            .Select(maker => $"{maker.Manifest.Object.Kind} {ManifestInput.NameOf(maker.Manifest)}")
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (placeholders.Count > 0)
        {
            var resources = Quantity.Format(placeholders.Count, "custom resource has a placeholder", "custom resources have placeholders");
            yield return $"note: {resources} for pods, with the labels and ports that the operator gives them: {Listed(placeholders)}";
        }
    }

    private static bool MayMakePods(SkippedDocument document)
    {
        var group = GroupOf(document.ApiVersion);
        return !BuiltIn.Contains(group, StringComparer.Ordinal)
            && !group.EndsWith(".k8s.io", StringComparison.Ordinal)
            && !Podless.Any(known => known.Group == group && (known.Kind == "*" || known.Kind == document.Kind));
    }

    private static string GroupOf(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";

    /// <summary>What stands in a manifest, without what would break lines or command the terminal.</summary>
    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    private static string Listed(List<string> items) =>
        string.Join(", ", items.Take(MaxListed)) + (items.Count > MaxListed ? $" and {items.Count - MaxListed} more" : "");
}
