using System.Globalization;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;

namespace Palisade.Cli.Input;

/// <summary>Makes the pods that the controllers of a cluster would make of workloads.</summary>
internal static class PodTemplates
{
    /// <summary>The pods of a workload: numbered, or one for each node for a DaemonSet.</summary>
    public static IEnumerable<V1Pod> Expand(V1Workload workload, IReadOnlyList<V1Node> nodes) =>
        workload.Kind == "DaemonSet"
            ? nodes.Select(node => Pod(workload, node.Metadata.Name, node.Metadata.Name))
            : Enumerable
                .Range(0, Math.Max(workload.Spec.Replicas ?? 1, 0))
                .Select(i => Pod(workload, i.ToString(CultureInfo.InvariantCulture), node: null));

    private static V1Pod Pod(V1Workload workload, string suffix, string? node)
    {
        var template = workload.Spec.Template;
        return new()
        {
            Metadata = new()
            {
                Name = $"{workload.Metadata.Name}-{suffix}",
                NamespaceProperty = workload.Metadata.NamespaceProperty,
                Labels = template.Metadata.Labels,
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = workload.ApiVersion,
                        Kind = workload.Kind,
                        Name = workload.Metadata.Name,
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
}
