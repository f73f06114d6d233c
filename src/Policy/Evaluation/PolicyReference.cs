namespace Palisade.Policy.Evaluation;

/// <summary>A NetworkPolicy by namespace and name; ordered by them.</summary>
/// <param name="Namespace">Namespace of the policy.</param>
/// <param name="Name">Name of the policy.</param>
public sealed record PolicyReference(string Namespace, string Name)
{
    /// <summary>namespace/name.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
