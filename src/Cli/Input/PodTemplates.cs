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

/// <summary>
/// Names for pods that are made up: as the workload's with a number, unless another pod has such a name; then with the workload's kind
/// in it. The same whatever the order of the manifests.
/// </summary>
internal static class PodNames
{
    /// <summary>For each workload what the names of its pods begin with.</summary>
    /// <param name="workloads">The workloads; those with numbers in their pods' own names keep these.</param>
    /// <param name="pods">The pods of the input.</param>
    /// <param name="namesOf">The names of a workload's pods that begin so.</param>
    public static IReadOnlyDictionary<V1Workload, string> Choose(
        IEnumerable<V1Workload> workloads,
        IEnumerable<V1Pod> pods,
        Func<V1Workload, string, IEnumerable<string>> namesOf
    )
    {
        var taken = pods.Select(pod => (NamespaceOf(pod.Metadata), pod.Metadata.Name)).ToHashSet();
        var chosen = new Dictionary<V1Workload, string>(ReferenceEqualityComparer.Instance);
        var inOrder = workloads
            .OrderBy(Rank)
            .ThenBy(workload => workload.Kind, StringComparer.Ordinal)
            .ThenBy(workload => workload.ApiVersion, StringComparer.Ordinal)
            .ThenBy(PodTemplates.NameOf, StringComparer.Ordinal);
        foreach (var workload in inOrder)
        {
            var inNamespace = NamespaceOf(workload.Metadata);
            var baseName = Candidates(workload)
                .First(candidate => !namesOf(workload, candidate).Any(name => taken.Contains((inNamespace, name))));
            taken.UnionWith(namesOf(workload, baseName).Select(name => (inNamespace, name)));
            chosen[workload] = baseName;
        }
        return chosen;
    }

    /// <summary>The pods of StatefulSets, and of operators that number them, have these very names in a cluster; others have random ones.</summary>
    private static int Rank(V1Workload workload) => workload is { Kind: "StatefulSet" } or { PodNameLabel: not null } ? 0 : 1;

    private static IEnumerable<string> Candidates(V1Workload workload)
    {
        var name = PodTemplates.NameOf(workload);
        var withKind = $"{name}-{workload.Kind.ToLowerInvariant()}";
        yield return name;
        yield return withKind;
        for (var i = 2; ; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{withKind}-{i}");
        }
    }

    private static string NamespaceOf(V1ObjectMeta metadata) => metadata.NamespaceProperty ?? "default";
}
