using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.EndToEnd;
using Palisade.Kubernetes.Client;
using Palisade.Lab;
using Palisade.Policy;

namespace Palisade.DemoCluster;

/// <summary>Does what a scheduler and the kubelets would do with pods: binds them, makes their networks, writes their addresses.</summary>
internal static class ShopPods
{
    /// <summary>Creates a pod whose node and addresses have been decided.</summary>
    public static async Task RunAsync(ClusterFixture cluster, PodFacts pod, CancellationToken cancellationToken)
    {
        var made = new V1Pod
        {
            Metadata = new()
            {
                Name = pod.Name,
                NamespaceProperty = pod.Namespace,
                Labels = new Dictionary<string, string>(pod.Labels, StringComparer.Ordinal),
            },
            Spec = new() { NodeName = pod.NodeName, Containers = [new() { Name = "app", Ports = [.. pod.Ports.Select(PortOf)] }] },
        };
        var addresses = pod.Addresses.Select(address => address.ToString()).ToList();
        var status = new V1PodStatus
        {
            Phase = "Running",
            PodIP = addresses[0],
            PodIPs = [.. addresses.Select(address => new V1PodIP { Ip = address })],
        };
        // The model has only the fields that policies depend on; a container needs an image besides.
        var manifest = JsonSerializer.SerializeToNode(made, ModelsJson.Contract<V1Pod>())!.AsObject();
        manifest["spec"]!["containers"]![0]!["image"] = "none";
        await cluster.ApplyAsync(manifest.ToJsonString(), cancellationToken);
        await cluster.Lab.AddPodAsync(
            new LabPod(pod.Namespace, pod.Name, pod.NodeName!, [.. addresses.Select(IPAddress.Parse)]),
            cancellationToken
        );
        var patch = Patch.Merge(new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, ModelsJson.Contract<V1PodStatus>()) });
        await cluster.Client.PatchAsync<V1Pod>(new(pod.Namespace, pod.Name), patch, "status", cancellationToken);
    }

    private static V1ContainerPort PortOf(PodPort port) =>
        new()
        {
            Name = port.Name,
            ContainerPort = port.Number,
            Protocol = port.Protocol,
        };
}
