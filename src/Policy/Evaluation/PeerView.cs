using Palisade.Models;
using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>The other end of a connection, as a rule sees it.</summary>
/// <param name="Address">Address that the packet has.</param>
/// <param name="Pod">The pod, when policies can select it; null for hosts, pods in their node's network and the outside.</param>
/// <param name="NamespaceLabels">Labels of the pod's namespace; null when the namespace is not known.</param>
internal sealed record PeerView(IpAddress Address, V1Pod? Pod, IDictionary<string, string>? NamespaceLabels);
