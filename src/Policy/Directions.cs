namespace Palisade.Policy;

/// <summary>Directions of traffic, as policyTypes writes them.</summary>
public static class Directions
{
    /// <summary>Connections to the selected pods.</summary>
    public const string Ingress = "Ingress";

    /// <summary>Connections from the selected pods.</summary>
    public const string Egress = "Egress";
}
