using System.Net;

namespace Palisade.Lab;

/// <summary>A node to build.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Addresses">Its addresses on the fabric, at most one a family.</param>
/// <param name="PodRanges">
/// Its pod ranges, at most one a family; the first address of each is the bridge's. Pods of a family without one are reached by a route each.
/// </param>
public sealed record LabNode(string Name, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<IPNetwork> PodRanges);
