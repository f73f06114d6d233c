using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Allows incoming connections from any of the peers to any of the ports.</summary>
public sealed class ClusterIngressRule
{
    /// <summary>Sources; absent or empty means every source, also outside the cluster.</summary>
    [JsonPropertyName("from")]
    [Items(maxItems: 1000)]
    public IList<ClusterPolicyPeer>? FromProperty { get; set; }

    /// <summary>Ports of the selected pods; absent or empty means every port and protocol.</summary>
    [Items(maxItems: 256)]
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}
