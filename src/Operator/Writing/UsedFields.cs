using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>What a spec sets.</summary>
/// <param name="Paths">Each place, such as <c>spec.ingress[0].ports[1].endPort</c>.</param>
/// <param name="Fields">Each field once, such as <c>spec.ingress[].ports[].endPort</c>.</param>
internal sealed record UsedFields(IReadOnlyList<string> Paths, IReadOnlyList<string> Fields)
{
    /// <summary>What the spec sets.</summary>
    public static UsedFields Of(V1NetworkPolicySpec spec)
    {
        var paths = PolicyFields.Of(spec);
        return new(paths, [.. paths.Select(PolicyFields.FieldOf).Distinct(StringComparer.Ordinal)]);
    }
}
