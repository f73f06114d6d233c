using System.Globalization;
using Palisade.Cli.Manifests;
using Palisade.Lab;
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
    private readonly HashSet<V1Pod> _invalid = new(ReferenceEqualityComparer.Instance);
    private readonly SyntheticCollector _synthetic;
    private readonly NodeCompletion _nodes;
    private readonly PodMakers _makers;

    /// <summary>Who has each address, of the pods that have not finished.</summary>
    private readonly Dictionary<IpAddress, string> _owners = [];

    private ClusterCompletion(ManifestSet manifests, bool forLab)
    {
        (_manifests, _forLab) = (manifests, forLab);
        _nodes = new(manifests, _errors);
        _makers = new(manifests);
        _synthetic = new(manifests);
    }

    /// <summary>
    /// Makes a cluster that the lab can build: few pods, each with addresses of its own. When there are errors it is not to be used.
    /// </summary>
    public static (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) ForLab(ManifestSet manifests) =>
        new ClusterCompletion(manifests, forLab: true).Complete();

    /// <summary>
    /// Makes a hypothetical cluster, of any size; addresses that are given are taken as they are. When there are errors it is not to be used.
    /// </summary>
    public static (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) ForAnalysis(ManifestSet manifests) =>
        new ClusterCompletion(manifests, forLab: false).Complete();

    private (ClusterSnapshot Snapshot, IReadOnlyList<ManifestError> Errors) Complete()
    {
        var nodes = _nodes.Complete(madeUp: _forLab ? MadeUpNodes : Math.Max(MadeUpNodes, (WantedPods() / PodsPerNode) + 1));
        var pods = Pods(nodes);
        var policies = _manifests.Objects<V1NetworkPolicy>().ToList();
        policies.ForEach(policy => policy.Metadata.NamespaceProperty ??= "default");
        var pool = new FactsPool();
        var snapshot = new ClusterSnapshot
        {
            Nodes = [.. nodes.Select(NodeFacts.From)],
            Namespaces = [.. Namespaces(pods).Select(NamespaceFacts.From)],
            Pods = [.. pods.Select(pod => PodFacts.From(pod, pool))],
            Policies = [.. policies.Select(PolicyFacts.From)],
            ServiceAddresses = ServiceDirectory.AddressesOf(_manifests),
            // What the lab builds has these very addresses.
            Synthetic = _forLab ? SyntheticFacts.None : _synthetic.Collect(nodes, pods),
        };
        return (snapshot, _errors);
    }

    /// <summary>One more than there may be.</summary>
    private int MaxPods => (_forLab ? MaxLabPods : MaxAnalysisPods) + 1;

    private List<V1Pod> Pods(IReadOnlyList<V1Node> nodes)
    {
        var all = GivenAndMadeUp(nodes).Take(MaxPods).ToList();
        if (all.Count == MaxPods)
        {
            var why = _forLab ? "; the lab makes a network namespace for each" : "";
            _errors.Add(new(all[^1].Manifest.Position, "", $"more than {MaxPods - 1} pods{why}"));
            return [];
        }
        var names = new HashSet<(string, string)>();
        var pods = new List<(Manifest Manifest, V1Pod Pod)>();
        foreach (var (manifest, pod) in all)
        {
            pod.Metadata.NamespaceProperty ??= "default";
            NameGenerated(pod, names);
            if (names.Add((pod.Metadata.NamespaceProperty, pod.Metadata.Name)))
            {
                pods.Add((manifest, pod));
                continue;
            }
            var message = $"there are two pods {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}";
            _errors.Add(new(manifest.PositionOf("metadata.name"), "metadata.name", message) { Subject = manifest.Subject });
        }
        // Addresses that are given go first, so that none is given out that somebody has.
        var next = 0;
        var byName = nodes
            .DistinctBy(node => node.Metadata.Name, StringComparer.Ordinal)
            .ToDictionary(node => node.Metadata.Name, StringComparer.Ordinal);
        foreach (var (manifest, pod) in pods.OrderBy(item => !HasAddress(item.Pod)))
        {
            pod.Spec ??= new();
            pod.Spec.NodeName ??= _nodes.NodeOf(pod);
            if (pod.Spec.NodeName is null)
            {
                pod.Spec.NodeName = nodes[next++ % nodes.Count].Metadata.Name;
                _synthetic.PlaceAnywhere(pod);
            }
            if (!HasAddress(pod))
            {
                _synthetic.AddressAnyhow(pod);
            }
            var sound = _errors.Count;
            CompletePod(manifest, pod, byName);
            for (var i = sound; i < _errors.Count; i++)
            {
                _invalid.Add(pod);
                _errors[i] = _errors[i] with { Subject = manifest.Subject };
            }
        }
        return [.. pods.Select(item => item.Pod).Where(pod => !_invalid.Contains(pod))];
    }

    /// <summary>The pods of the input and those of its workloads, in its order.</summary>
    private IEnumerable<(Manifest Manifest, V1Pod Pod)> GivenAndMadeUp(IReadOnlyList<V1Node> nodes)
    {
        var workloads = _makers.All.ToLookup(maker => maker.Manifest, maker => maker.Workload);
        var names = PodNames.Choose(
            _makers.All.Select(maker => maker.Workload),
            _manifests.Objects<V1Pod>(),
            (workload, name) => PodTemplates.Expand(workload, name, current: null, nodes).Take(MaxPods).Select(pod => pod.Metadata.Name)
        );
        return _manifests.Manifests.SelectMany(manifest =>
            manifest.Object is V1Pod pod
                ? [(manifest, pod)]
                : workloads[manifest]
                    .SelectMany(workload =>
                        PodTemplates.Expand(workload, names[workload], _makers.CurrentReplicaSetOf(manifest), nodes).Take(MaxPods)
                    )
                    .Select(made => (manifest, made))
        );
    }

    /// <summary>Names a pod as the API server does that is to be given a name.</summary>
    private static void NameGenerated(V1Pod pod, HashSet<(string, string)> names)
    {
        for (var i = 0; pod.Metadata.Name.Length == 0; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{pod.Metadata.GenerateName}{i}");
            pod.Metadata.Name = names.Contains((pod.Metadata.NamespaceProperty!, name)) ? "" : name;
        }
    }

    /// <summary>Whether the pod has an address. Old kubelets write the first only; a list or an address that is empty is none.</summary>
    private static bool HasAddress(V1Pod pod)
    {
        if (pod.Status is { } status)
        {
            status.PodIP = string.IsNullOrEmpty(status.PodIP) ? null : status.PodIP;
            status.PodIPs = status.PodIPs is { Count: > 0 } ? status.PodIPs : null;
        }
        return pod.Status is { PodIPs: not null } or { PodIP: not null };
    }

    private void CompletePod(Manifest manifest, V1Pod pod, Dictionary<string, V1Node> nodes)
    {
        pod.Status ??= new();
        pod.Status.Phase ??= "Running";
        pod.Status.PodIPs ??= pod.Status.PodIP is { } only ? [new() { Ip = only }] : null;
        if (pod.Status.Phase is "Succeeded" or "Failed")
        {
            // Its address may be another's by now, and its node gone.
            return;
        }
        var pools = _nodes.Pools[pod.Spec!.NodeName!];
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
                CheckGiven(manifest, pod, text);
            }
        }
        else if (pod.Status.Phase != "Pending")
        {
            pod.Status.PodIPs = [.. AddressesFor(manifest, pod, pools).Select(address => new V1PodIP { Ip = address.ToString() })];
        }
    }

    /// <summary>An address of each of a node's ranges.</summary>
    private IEnumerable<IpAddress> AddressesFor(Manifest manifest, V1Pod pod, List<AddressPool> pools)
    {
        foreach (var pool in pools)
        {
            var address = pool.Take();
            while (address is { } taken && _nodes.NodeAt(taken) is not null)
            {
                address = pool.Take();
            }
            if (address is { } free)
            {
                yield return free;
            }
            else if (_forLab)
            {
                var name = $"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}";
                var message =
                    $"no address is left for pod {name} in pod range {pool.Range} of node {pod.Spec!.NodeName}; give the node a larger one";
                _errors.Add(new(manifest.Position, "", message));
            }
        }
    }

    private void CheckGiven(Manifest manifest, V1Pod pod, string text)
    {
        const string Field = "status.podIPs";
        if (!IpAddress.TryParse(text, out var address))
        {
            _errors.Add(new(manifest.PositionOf(Field), Field, $"\"{text}\" is not an IP address"));
            return;
        }
        _nodes.Reserve(address);
        if (_forLab && FindProblem(pod, address) is { } problem)
        {
            _errors.Add(new(manifest.PositionOf(Field), Field, $"\"{text}\" {problem}"));
        }
    }

    /// <summary>Why the lab cannot give a pod the address; null when it can.</summary>
    private string? FindProblem(V1Pod pod, IpAddress address)
    {
        var name = $"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name}";
        return !HostAddresses.CanHave(address) ? "is an address that no pod can have"
            : _nodes.NodeAt(address) is { } node
                ? $"is the address of node {node}; set spec.hostNetwork: true if the pod uses its node's network, else give it another"
            : !_owners.TryAdd(address, name)
                ? $"is the address of pod {_owners[address]} too; only a pod that has finished (status.phase) may share one"
            : null;
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
        var ofWorkloads = _makers.All.Sum(maker => (long)PodTemplates.Count(maker.Workload));
        return (int)Math.Min(_manifests.Objects<V1Pod>().Count() + ofWorkloads, MaxPods);
    }
}
