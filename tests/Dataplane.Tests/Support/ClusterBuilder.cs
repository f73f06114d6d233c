using Palisade.Policy;

namespace Palisade.Dataplane.Tests.Support;

/// <summary>Builds clusters for tests: two nodes with a pod range each, and whatever a test adds.</summary>
public sealed class ClusterBuilder
{
    private readonly List<V1Namespace> _namespaces = [];
    private readonly List<V1Pod> _pods = [];
    private readonly List<V1NetworkPolicy> _policies = [];

    public static IDictionary<string, string> Labels(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static V1LabelSelector Select(string labels) => new() { MatchLabels = Labels(labels) };

    public ClusterBuilder Namespace(string name, string labels = "")
    {
        _namespaces.Add(
            new()
            {
                Metadata = new() { Name = name, Labels = Labels(labels) },
            }
        );
        return this;
    }

    public ClusterBuilder Pod(string key, string node, string addresses, string labels = "", params V1ContainerPort[] ports)
    {
        var (ns, name) = (key.Split('/')[0], key.Split('/')[1]);
        _pods.Add(
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
        _policies.Add(policy);
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

    private static V1Node Node(string name, params string[] ranges) =>
        new()
        {
            Metadata = new() { Name = name },
            Spec = new() { PodCIDR = ranges[0], PodCIDRs = ranges },
        };
}
