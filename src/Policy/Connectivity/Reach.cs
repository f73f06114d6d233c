namespace Palisade.Policy.Connectivity;

/// <summary>What one end may open to another, over any address family that both have.</summary>
/// <param name="Egress">Ports that the source's side lets out.</param>
/// <param name="Ingress">Ports that the destination's side lets in.</param>
/// <param name="Allowed">Ports that pass both sides in the same family.</param>
/// <param name="DependsOnFamily">Whether IPv4 and IPv6 differ; what is given is then what at least one of them lets pass.</param>
public sealed record Reach(PortSet Egress, PortSet Ingress, PortSet Allowed, bool DependsOnFamily)
{
    /// <summary>
    /// Ports of which it depends on where pods get their addresses whether they pass, since policies have blocks of addresses and the
    /// pods' own are not known. None of <see cref="Allowed"/>.
    /// </summary>
    public PortSet Unsure { get; init; } = PortSet.Empty;
}
