using System.Globalization;
using Palisade.Cli.Manifests;

namespace Palisade.Cli.Input;

/// <summary>Makes the pods that the controllers of a cluster would make of workloads, with the labels that these add.</summary>
internal static class PodTemplates
{
    /// <summary>Label of StatefulSets' pods (Kubernetes 1.9): their name.</summary>
    private const string PodName = "statefulset.kubernetes.io/pod-name";

    /// <summary>Label of StatefulSets' pods (KEP-4017, Kubernetes 1.28): their number.</summary>
    private const string PodIndex = "apps.kubernetes.io/pod-index";

    /// <summary>Annotation of pods that stand in for those an operator makes.</summary>
    public const string Placeholder = "palisade.dev/placeholder";

    /// <summary>How many pods there are of a workload, daemons apart.</summary>
    public static int Count(V1Workload workload)
    {
        var spec = SpecOf(workload);
        var pods = workload.Kind switch
        {
            "DaemonSet" => 0,
            "Job" or "CronJob" => JobPods(spec),
            _ => spec.Replicas ?? 1,
        };
        return Math.Max(pods, 0);
    }

    /// <summary>The pods of a workload: numbered, or one for each node for a DaemonSet.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="baseName">What the names of the pods begin with.</param>
    /// <param name="current">The ReplicaSet that a Deployment has for its present template; null when it is not known.</param>
    /// <param name="nodes">The nodes.</param>
    public static IEnumerable<V1Pod> Expand(V1Workload workload, string baseName, V1Workload? current, IReadOnlyList<V1Node> nodes) =>
        workload.Kind == "DaemonSet"
            ? nodes.Select(node => Pod(workload, $"{baseName}-{node.Metadata.Name}", node.Metadata.Name, labels: []))
            : Enumerable
                .Range(SpecOf(workload).Ordinals?.Start ?? 0, Count(workload))
                .Select(i => (Name: $"{baseName}-{Number(i)}", Number: i))
                .Select(item => Pod(workload, item.Name, node: null, Labels(workload, item.Number, current)));

    /// <summary>What the names of a workload's pods begin with, when nothing else has such a name.</summary>
    public static string NameOf(V1Workload workload) =>
        workload.Metadata.Name.Length > 0 ? workload.Metadata.Name : (workload.Metadata.GenerateName ?? "").TrimEnd('-');

    /// <summary>An Indexed Job has a pod for each number, if not all at once; another as many as may run at once.</summary>
    private static int JobPods(V1WorkloadSpec spec) =>
        spec is { CompletionMode: "Indexed", Completions: { } indexes }
            ? indexes
            : Math.Min(spec.Parallelism ?? 1, spec.Completions ?? int.MaxValue);

    private static V1WorkloadSpec SpecOf(V1Workload workload) => workload.Spec.JobTemplate?.Spec ?? workload.Spec;

    private static (string Key, string Value)[] Labels(V1Workload workload, int number, V1Workload? current)
    {
        var ordinal = $"{NameOf(workload)}-{Number(number)}";
        return workload switch
        {
            { PodNameLabel: { } label } => [(label, ordinal)],
            { Kind: "StatefulSet" } => [(PodName, ordinal), (PodIndex, Number(number))],
            { Kind: "Job" } => JobLabels(workload, NameOf(workload), number),
            // The Job's name has the time of its start in it, which nobody can know.
            { Kind: "CronJob" } => JobLabels(workload, ordinal, number),
            { Kind: "Deployment" } when current?.Spec.Template.Metadata.Labels is { } labels => [.. labels.Select(l => (l.Key, l.Value))],
            _ => [],
        };
    }

    /// <summary>Labels that the API server gives the pods of a Job, by their names of today and of before Kubernetes 1.27.</summary>
    private static (string Key, string Value)[] JobLabels(V1Workload workload, string job, int number)
    {
        var spec = SpecOf(workload);
        string[] uids = workload is { Kind: "Job", Metadata.Uid.Length: > 0 } ? [workload.Metadata.Uid] : [];
        (string, string)[] generated =
        [
            ("job-name", job),
            ("batch.kubernetes.io/job-name", job),
            .. uids.Select(uid => ("controller-uid", uid)),
            .. uids.Select(uid => ("batch.kubernetes.io/controller-uid", uid)),
        ];
        return
        [
            .. spec.ManualSelector == true ? [] : generated,
            .. spec.CompletionMode == "Indexed"
                ? [("batch.kubernetes.io/job-completion-index", Number(number))]
                : Array.Empty<(string, string)>(),
        ];
    }

    private static V1Pod Pod(V1Workload workload, string name, string? node, (string Key, string Value)[] labels)
    {
        var template = SpecOf(workload).Template;
        var all = new Dictionary<string, string>(
            template.Metadata.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
        foreach (var (key, value) in labels)
        {
            all[key] = value;
        }
        return new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = workload.Metadata.NamespaceProperty,
                Labels = all,
                Annotations = workload.IsPlaceholder
                    ? new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholder] = "true" }
                    : null,
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = workload.ApiVersion,
                        Kind = workload.Kind,
                        Name = NameOf(workload),
                        Controller = true,
                    },
                ],
            },
            Spec = new()
            {
                NodeName = node ?? template.Spec.NodeName,
                HostNetwork = template.Spec.HostNetwork,
                Containers = template.Spec.Containers,
                InitContainers = template.Spec.InitContainers,
            },
        };
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
