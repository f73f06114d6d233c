namespace Palisade.Policy.Connectivity;

/// <summary>
/// Pods that are alike in all that a policy could look at: namespace, owner, labels, named ports, and the part of the address space
/// that each of their addresses is in.
/// </summary>
/// <param name="Name">Name of their workload.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Parts">Number of the part for each family; null where they have no address.</param>
/// <param name="Pods">The pods, by name.</param>
internal sealed record PodKind(WorkloadName Name, LabelSet Labels, (int? IPv4, int? IPv6) Parts, IReadOnlyList<PodFacts> Pods)
{
    /// <summary>Any of the pods.</summary>
    public PodFacts Sample => Pods[0];

    /// <summary>Namespace of the pods.</summary>
    public string Namespace => Sample.Namespace;
}
