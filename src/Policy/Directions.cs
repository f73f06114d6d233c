namespace Palisade.Policy;

/// <summary>Directions of traffic, as policyTypes writes them.</summary>
public static class Directions
{
    /// <summary>Connections to the selected pods.</summary>
    public const string Ingress = "Ingress";

    /// <summary>Connections from the selected pods.</summary>
    public const string Egress = "Egress";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingress, Egress];

    /// <summary>
    /// Whether the policy isolates for the direction. Without policyTypes: Ingress always, Egress when there is at least one
    /// egress rule.
    /// </summary>
    public static bool Isolates(V1NetworkPolicySpec spec, string direction)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.PolicyTypes is { Count: > 0 } types
            ? types.Contains(direction)
            : direction == Ingress || (direction == Egress && spec.Egress is { Count: > 0 });
    }
}
