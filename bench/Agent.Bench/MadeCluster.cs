using System.Globalization;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Agent.Bench;

/// <summary>
/// A made-up cluster as the agent's caches would hold it, without an API server: namespaces of ten pods each, policies with peers by
/// namespace and by pod, some of the pods on the node that is measured.
/// </summary>
internal sealed class MadeCluster
{
    public const string Node = "node-0";
    public const int PodsPerNamespace = 10;
    private readonly PodFacts[] _pods;
    private readonly ClusterSnapshot _rest;
    private int _version;

    public MadeCluster(int namespaces, int policies, int localPods)
    {
        _pods = [.. Enumerable.Range(0, namespaces * PodsPerNamespace).Select(i => Pod(i, i % 5, IsLocal(i, localPods, namespaces)))];
        _rest = new ClusterSnapshot
        {
            Namespaces = [.. Enumerable.Range(0, namespaces).Select(Namespace)],
            Policies = [.. Enumerable.Range(0, policies).Select(i => Policy(i % namespaces, i / namespaces))],
            Nodes = [new() { Name = Node, PodRanges = [Cidr.Parse("10.244.1.0/24")] }],
        };
    }

    /// <summary>The cluster now.</summary>
    public ClusterSnapshot Snapshot() => _rest with { Pods = [.. _pods] };

    /// <summary>Gives a pod another label that peers are selected by, as a watch event would: by another object.</summary>
    public void Relabel(int pod) => _pods[pod] = Pod(pod, ++_version % 5, _pods[pod].NodeName == Node);

    /// <summary>Local pods are spread over the namespaces, as a scheduler does it.</summary>
    private static bool IsLocal(int index, int localPods, int namespaces)
    {
        var every = namespaces * PodsPerNamespace / localPods;
        return index % every == 0 && index / every < localPods;
    }

    private static NamespaceFacts Namespace(int number) =>
        new() { Name = $"ns-{number}", Labels = LabelSet.From(Labels(("team", $"team-{number % 50}"))) };

    private static PodFacts Pod(int index, int group, bool isLocal) =>
        new()
        {
            Namespace = $"ns-{index / PodsPerNamespace}",
            Name = $"pod-{index}",
            Created = DateTime.UnixEpoch,
            Labels = LabelSet.From(
                Labels(("app", $"app-{group}"), ("app.kubernetes.io/name", $"app-{group}"), ("pod-template-hash", "5d8f4"))
            ),
            NodeName = isLocal ? Node : $"node-{1 + (index % 1000)}",
            Ports = [new("http", "TCP", 8080)],
            Addresses =
            [
                IpAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.{index >> 16}.{(index >> 8) & 255}.{index & 255}")),
                IpAddress.Parse($"fd00::{index >> 16:x}:{index & 0xffff:x}"),
            ],
        };

    private static PolicyFacts Policy(int ns, int number) =>
        new()
        {
            Namespace = $"ns-{ns}",
            Name = $"p-{number}",
            Spec = new()
            {
                PodSelector = new() { MatchLabels = Labels(("app", $"app-{number % 5}")) },
                PolicyTypes = number % 2 == 0 ? ["Ingress"] : ["Ingress", "Egress"],
                Ingress =
                [
                    new()
                    {
                        FromProperty =
                        [
                            new() { NamespaceSelector = new() { MatchLabels = Labels(("team", $"team-{(ns + number) % 50}")) } },
                            new() { PodSelector = new() { MatchLabels = Labels(("app", "app-1")) } },
                        ],
                        Ports = [new() { Port = 8080 }, new() { Port = "http" }],
                    },
                ],
                Egress =
                    number % 2 == 0
                        ? null
                        : [new() { To = [new() { NamespaceSelector = new() }], Ports = [new() { Port = 53, Protocol = "UDP" }] }],
            },
        };

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
}
