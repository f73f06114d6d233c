using System.Globalization;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Labs;

/// <summary>
/// Makes a cluster of manifests, adding what a real one would have added: namespaces and nodes when there are none, the pods of
/// workloads, and a node and addresses for each pod.
/// </summary>
internal sealed class LabCluster
{
    private const int MaxPods = 500;
    private const int MadeUpNodes = 2;
    private const string MetadataNameLabel = "kubernetes.io/metadata.name";
    private readonly ManifestSet _manifests;
    private readonly List<ManifestError> _errors = [];
    private readonly Dictionary<string, List<AddressPool>> _pools = new(StringComparer.Ordinal);

    private LabCluster(ManifestSet manifests) => _manifests = manifests;

    /// <summary>Makes the cluster; when there are errors it is not to be used.</summary>
    public static (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) Complete(ManifestSet manifests)
    {
        var cluster = new LabCluster(manifests);
        var nodes = cluster.Nodes();
        var pods = cluster.Pods(nodes);
        var policies = manifests.Objects<V1NetworkPolicy>().ToList();
        policies.ForEach(policy => policy.Metadata.NamespaceProperty ??= "default");
        var snapshot = new ClusterSnapshot
        {
            Nodes = [.. nodes],
            Namespaces = [.. cluster.Namespaces(pods)],
            Pods = [.. pods],
            Policies = [.. policies],
        };
        return (snapshot, cluster._errors);
    }

    private List<V1Node> Nodes()
    {
        var nodes = _manifests.Objects<V1Node>().ToList();
        nodes =
            nodes.Count > 0
                ? nodes
                : [.. Enumerable.Range(1, MadeUpNodes).Select(i => new V1Node { Metadata = new() { Name = $"node-{i}" } })];
        for (var i = 0; i < nodes.Count; i++)
        {
            CompleteNode(nodes[i], i + 1);
        }
        return nodes;
    }

    private void CompleteNode(V1Node node, int number)
    {
        var name = node.Metadata.Name;
        node.Spec ??= new();
        node.Spec.PodCIDRs ??= node.Spec.PodCIDR is { } only
            ? [only]
            :
            [
                string.Create(CultureInfo.InvariantCulture, $"10.244.{number}.0/24"),
                string.Create(CultureInfo.InvariantCulture, $"fd00:10:244:{number:x}::/64"),
            ];
        node.Status ??= new();
        node.Status.Addresses ??= [];
        if (!node.Status.Addresses.Any(address => address.Type == "InternalIP"))
        {
            node.Status.Addresses.Add(
                new() { Type = "InternalIP", Address = string.Create(CultureInfo.InvariantCulture, $"192.168.50.{number}") }
            );
            node.Status.Addresses.Add(
                new() { Type = "InternalIP", Address = string.Create(CultureInfo.InvariantCulture, $"fd00:50::{number:x}") }
            );
        }
        foreach (
            var address in node.Status.Addresses.Where(address =>
                address.Type == "InternalIP" && !IpAddress.TryParse(address.Address, out _)
            )
        )
        {
            Add(node, "status.addresses", $"\"{address.Address}\" is not an IP address");
        }
        var pools = new List<AddressPool>();
        foreach (var text in node.Spec.PodCIDRs)
        {
            if (!Cidr.TryParse(text, out var range, out var error))
            {
                Add(node, "spec.podCIDRs", $"\"{text}\" {error.Message}");
            }
            else if (_pools.SelectMany(other => other.Value).Any(pool => pool.Range.Overlaps(range)))
            {
                Add(node, "spec.podCIDRs", $"\"{text}\" overlaps a pod range of another node");
            }
            else
            {
                pools.Add(new AddressPool(range));
            }
        }
        if (!_pools.TryAdd(name, pools))
        {
            Add(node, "metadata.name", $"there are two nodes of the name {name}");
        }
    }

    private List<V1Pod> Pods(List<V1Node> nodes)
    {
        var pods = _manifests
            .Manifests.SelectMany(manifest =>
                manifest.Object switch
                {
                    V1Pod pod => [(manifest, pod)],
                    V1Workload workload => PodTemplates.Expand(workload, nodes).Take(MaxPods + 1).Select(pod => (manifest, pod)),
                    _ => Enumerable.Empty<(Manifest Manifest, V1Pod Pod)>(),
                }
            )
            .Take(MaxPods + 1)
            .ToList();
        if (pods.Count > MaxPods)
        {
            _errors.Add(new(pods[^1].Item1.Position, "", $"more than {MaxPods} pods; the lab makes a network namespace for each"));
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
        foreach (var (manifest, pod) in pods.OrderBy(item => item.Item2.Status?.PodIPs is null && item.Item2.Status?.PodIP is null))
        {
            CompletePod(manifest, pod, nodes, ref next);
        }
        return pods.ConvertAll(item => item.Item2);
    }

    private void CompletePod(Manifest manifest, V1Pod pod, List<V1Node> nodes, ref int next)
    {
        pod.Spec ??= new();
        pod.Spec.NodeName ??= nodes[next++ % nodes.Count].Metadata.Name;
        pod.Status ??= new();
        pod.Status.Phase ??= "Running";
        if (!_pools.TryGetValue(pod.Spec.NodeName, out var pools))
        {
            _errors.Add(new(manifest.PositionOf("spec.nodeName"), "spec.nodeName", $"there is no node {pod.Spec.NodeName}"));
            return;
        }
        pod.Status.PodIPs ??= pod.Status.PodIP is { } only ? [new() { Ip = only }] : null;
        if (pod.Spec.HostNetwork == true)
        {
            var node = nodes.First(node => node.Metadata.Name == pod.Spec.NodeName);
            pod.Status.PodIPs = [.. node.Status!.Addresses!.Where(a => a.Type == "InternalIP").Select(a => new V1PodIP { Ip = a.Address })];
        }
        else if (pod.Status.PodIPs is { Count: > 0 } given)
        {
            foreach (var text in given.Select(address => address.Ip ?? ""))
            {
                CheckGiven(manifest, text, pools, pod.Spec.NodeName);
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
            : pools.Find(pool => pool.Range.Contains(address)) is not { } pool ? $"is in no pod range of {node}"
            : !pool.TryTake(address) ? "is taken already"
            : null;
        if (problem is not null)
        {
            _errors.Add(new(manifest.PositionOf(Field), Field, $"\"{text}\" {problem}"));
        }
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

    private void Add(IKubernetesObject<V1ObjectMeta> value, string field, string message)
    {
        var manifest = _manifests.Manifests.FirstOrDefault(manifest => ReferenceEquals(manifest.Object, value));
        _errors.Add(new(manifest?.PositionOf(field) ?? default, field, message));
    }
}
