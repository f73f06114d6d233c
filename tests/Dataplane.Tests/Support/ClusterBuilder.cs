using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Support;

/// <summary>Builds clusters for tests: two nodes with a pod range each, and whatever a test adds.</summary>
public sealed class ClusterBuilder
{
    private readonly List<NamespaceFacts> _namespaces = [];
    private readonly List<PodFacts> _pods = [];
    private readonly List<PolicyFacts> _policies = [];

    public static IDictionary<string, string> Labels(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static V1LabelSelector Select(string labels) => new() { MatchLabels = Labels(labels) };

    public ClusterBuilder Namespace(string name, string labels = "")
    {
        _namespaces.Add(new() { Name = name, Labels = LabelSet.From(Labels(labels)) });
        return this;
    }

    public ClusterBuilder Pod(string key, string node, string addresses, string labels = "", params V1ContainerPort[] ports)
    {
        var (ns, name) = (key.Split('/')[0], key.Split('/')[1]);
        _pods.Add(
            PodFacts.From(
                new()
                {
                    Metadata = new()
                    {
                        Name = name,
                        NamespaceProperty = ns,
                        Labels = Labels(labels),
                    },
                    Spec = new() { NodeName = node, Containers = [new() { Name = "c", Ports = ports }] },
                    Status = new() { Phase = "Running", PodIPs = [.. addresses.Split(',').Select(ip => new V1PodIP { Ip = ip })] },
                }
            )
        );
        return this;
    }

    public ClusterBuilder Policy(string key, Action<V1NetworkPolicySpec> configure)
    {
        var policy = new V1NetworkPolicy
        {
            Metadata = new() { NamespaceProperty = key.Split('/')[0], Name = key.Split('/')[1] },
            Spec = new() { PodSelector = new() },
        };
        configure(policy.Spec);
        _policies.Add(PolicyFacts.From(policy));
        return this;
    }

    public ClusterSnapshot Build() =>
        new()
        {
            Namespaces = [.. _namespaces],
            Pods = [.. _pods],
            Policies = [.. _policies],
            Nodes = [Node("node-a", "10.244.1.0/24", "fd00:10:244:1::/64"), Node("node-b", "10.244.2.0/24", "fd00:10:244:2::/64")],
        };

    private static NodeFacts Node(string name, params string[] ranges) => new() { Name = name, PodRanges = [.. ranges.Select(Cidr.Parse)] };
}
