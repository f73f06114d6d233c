using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>
/// Makes a cluster of manifests, adding what a real one would have added: namespaces and nodes when there are none, the pods of
/// workloads, and a node and addresses for each pod.
/// </summary>
internal sealed class ClusterCompletion
{
    private const int MaxLabPods = 500;

    /// <summary>As many as a kubelet takes unless told otherwise.</summary>
    private const int PodsPerNode = 110;
    private const int MadeUpNodes = 2;
    private const int MaxAnalysisPods = 200_000;
    private const string MetadataNameLabel = "kubernetes.io/metadata.name";
    private readonly ManifestSet _manifests;
    private readonly bool _forLab;
    private readonly List<ManifestError> _errors = [];
    private readonly NodeCompletion _nodes;

    private ClusterCompletion(ManifestSet manifests, bool forLab)
    {
        (_manifests, _forLab) = (manifests, forLab);
        _nodes = new(manifests, addMentioned: !forLab, _errors);
    }

    /// <summary>
    /// Makes a cluster that the lab can build: few pods, on nodes that are there, with addresses of their ranges. When there are errors
    /// it is not to be used.
    /// </summary>
    public static (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) ForLab(ManifestSet manifests) =>
        new ClusterCompletion(manifests, forLab: true).Complete();

    /// <summary>
    /// Makes a cluster to think about, of any size: nodes that only pods speak of are added, and addresses that are given are taken as
    /// they are. When there are errors it is not to be used.
    /// </summary>
    public static (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) ForAnalysis(ManifestSet manifests) =>
        new ClusterCompletion(manifests, forLab: false).Complete();

    private (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) Complete()
    {
        var nodes = _nodes.Complete(madeUp: _forLab ? MadeUpNodes : Math.Max(MadeUpNodes, (WantedPods() / PodsPerNode) + 1));
        var pods = Pods(nodes);
        var policies = _manifests.Objects<V1NetworkPolicy>().ToList();
        policies.ForEach(policy => policy.Metadata.NamespaceProperty ??= "default");
        var snapshot = new ClusterSnapshot
        {
            Nodes = [.. nodes],
            Namespaces = [.. Namespaces(pods)],
            Pods = [.. pods],
            Policies = [.. policies],
        };
        return (snapshot, _errors);
    }

    /// <summary>One more than there may be.</summary>
    private int MaxPods => (_forLab ? MaxLabPods : MaxAnalysisPods) + 1;

    private List<V1Pod> Pods(IReadOnlyList<V1Node> nodes)
    {
        var pods = _manifests
            .Manifests.SelectMany(manifest =>
                manifest.Object switch
                {
                    V1Pod pod => [(manifest, pod)],
                    V1Workload workload => PodTemplates.Expand(workload, nodes).Take(MaxPods).Select(pod => (manifest, pod)),
                    _ => Enumerable.Empty<(Manifest Manifest, V1Pod Pod)>(),
                }
            )
            .Take(MaxPods)
            .ToList();
        if (pods.Count == MaxPods)
        {
            var why = _forLab ? "; the lab makes a network namespace for each" : "";
            _errors.Add(new(pods[^1].Item1.Position, "", $"more than {MaxPods - 1} pods{why}"));
            return [];
        }
        var names = new HashSet<(string, string)>();
        foreach (var (manifest, pod) in pods)
        {
            pod.Metadata.NamespaceProperty ??= "default";
            if (!names.Add((pod.Metadata.NamespaceProperty, pod.Metadata.Name)))
            {
                _errors.Add(
                    new(
                        manifest.PositionOf("metadata.name"),
                        "metadata.name",
                        $"there are two pods {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}"
                    )
                );
            }
        }
        // Addresses that are given go first, so that none is given out that somebody has.
        var next = 0;
        var byName = nodes
            .DistinctBy(node => node.Metadata.Name, StringComparer.Ordinal)
            .ToDictionary(node => node.Metadata.Name, StringComparer.Ordinal);
        foreach (var (manifest, pod) in pods.OrderBy(item => item.Item2.Status?.PodIPs is null && item.Item2.Status?.PodIP is null))
        {
            pod.Spec ??= new();
            pod.Spec.NodeName ??= nodes[next++ % nodes.Count].Metadata.Name;
            CompletePod(manifest, pod, byName);
        }
        return pods.ConvertAll(item => item.Item2);
    }

    private void CompletePod(Manifest manifest, V1Pod pod, Dictionary<string, V1Node> nodes)
    {
        pod.Status ??= new();
        pod.Status.Phase ??= "Running";
        if (!_nodes.Pools.TryGetValue(pod.Spec!.NodeName!, out var pools))
        {
            _errors.Add(new(manifest.PositionOf("spec.nodeName"), "spec.nodeName", $"there is no node {pod.Spec.NodeName}"));
            return;
        }
        pod.Status.PodIPs ??= pod.Status.PodIP is { } only ? [new() { Ip = only }] : null;
        if (pod.Spec.HostNetwork == true)
        {
            pod.Status.PodIPs =
            [
                .. nodes[pod.Spec.NodeName!]
                    .Status!.Addresses!.Where(a => a.Type == "InternalIP")
                    .Select(a => new V1PodIP { Ip = a.Address }),
            ];
        }
        else if (pod.Status.PodIPs is { Count: > 0 } given)
        {
            foreach (var text in given.Select(address => address.Ip ?? ""))
            {
                CheckGiven(manifest, text, pools, pod.Spec.NodeName!);
            }
        }
        else if (pod.Status.Phase is not ("Succeeded" or "Failed" or "Pending"))
        {
            pod.Status.PodIPs =
            [
                .. pools.Select(pool => pool.Take()).OfType<IpAddress>().Select(address => new V1PodIP { Ip = address.ToString() }),
            ];
        }
    }

    private void CheckGiven(Manifest manifest, string text, List<AddressPool> pools, string node)
    {
        const string Field = "status.podIPs";
        var problem =
            !IpAddress.TryParse(text, out var address) ? "is not an IP address"
            : !_forLab ? Reserve(address)
            : pools.Find(pool => pool.Range.Contains(address)) is not { } pool ? $"is in no pod range of {node}"
            : !pool.TryTake(address) ? "is taken already"
            : null;
        if (problem is not null)
        {
            _errors.Add(new(manifest.PositionOf(Field), Field, $"\"{text}\" {problem}"));
        }
    }

    /// <summary>Keeps an address that a pod was given from being given out again.</summary>
    private string? Reserve(IpAddress address)
    {
        foreach (var pool in _nodes.Pools.SelectMany(node => node.Value).Where(pool => pool.Range.Contains(address)))
        {
            pool.TryTake(address);
        }
        return null;
    }

    /// <summary>Those that are given, and those that something is in; labelled with their names, as the API server does.</summary>
    private IEnumerable<V1Namespace> Namespaces(IEnumerable<V1Pod> pods)
    {
        var given = _manifests.Objects<V1Namespace>().ToList();
        var named = pods.Select(pod => pod.Metadata.NamespaceProperty)
            .Concat(_manifests.Objects<V1NetworkPolicy>().Select(policy => policy.Metadata.NamespaceProperty))
            .Select(name => name ?? "default")
            .Append("default")
            .Append("kube-system");
        var missing = named.Except(given.Select(item => item.Metadata.Name), StringComparer.Ordinal);
        foreach (var item in given.Concat(missing.Select(name => new V1Namespace { Metadata = new() { Name = name } })))
        {
            var labels = item.Metadata.Labels ??= new Dictionary<string, string>(StringComparer.Ordinal);
            labels[MetadataNameLabel] = item.Metadata.Name;
            yield return item;
        }
    }

    /// <summary>How many there are, daemons apart.</summary>
    private int WantedPods()
    {
        var ofWorkloads = _manifests.Objects<V1Workload>().Sum(workload => Math.Max((long)(workload.Spec.Replicas ?? 1), 0));
        return (int)Math.Min(_manifests.Objects<V1Pod>().Count() + ofWorkloads, MaxPods);
    }
}
