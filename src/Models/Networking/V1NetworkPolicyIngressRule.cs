using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Allows incoming connections from any of the peers to any of the ports.</summary>
public sealed class V1NetworkPolicyIngressRule
{
    /// <summary>Sources; absent or empty means every source.</summary>
    [JsonPropertyName("from")]
    public IList<V1NetworkPolicyPeer>? FromProperty { get; set; }

    /// <summary>Ports of the selected pods; absent or empty means every port and protocol.</summary>
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}
