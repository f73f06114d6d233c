using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.EndToEnd;
using Palisade.Kubernetes.Client;
using Palisade.Lab;

namespace Palisade.DemoCluster;

/// <summary>Does what a scheduler and the kubelets would do with pods: binds them, makes their networks, writes their addresses.</summary>
internal static class ShopPods
{
    /// <summary>Creates a pod whose node and addresses have been decided.</summary>
    public static async Task RunAsync(ClusterFixture cluster, V1Pod pod, CancellationToken cancellationToken)
    {
        var (inNamespace, name, node) = (pod.Metadata.NamespaceProperty!, pod.Metadata.Name, pod.Spec!.NodeName!);
        var status = JsonSerializer.SerializeToNode(pod.Status, ModelsJson.Contract<V1PodStatus>());
        // The model has only the fields that policies depend on; a container needs an image besides.
        var manifest = JsonSerializer.SerializeToNode(pod, ModelsJson.Contract<V1Pod>())!.AsObject();
        manifest.Remove("status");
        foreach (var container in manifest["spec"]!["containers"]!.AsArray())
        {
            container!["image"] = "none";
        }
        await cluster.ApplyAsync(manifest.ToJsonString(), cancellationToken);
        var addresses = pod.Status!.PodIPs!.Select(address => IPAddress.Parse(address.Ip!));
        await cluster.Lab.AddPodAsync(new LabPod(inNamespace, name, node, [.. addresses]), cancellationToken);
        var patch = Patch.Merge(new JsonObject { ["status"] = status });
        await cluster.Client.PatchAsync<V1Pod>(new(inNamespace, name), patch, "status", cancellationToken);
    }
}
