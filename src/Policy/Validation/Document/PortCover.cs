namespace Palisade.Policy.Validation.Document;

/// <summary>Which port entries allow all that others do.</summary>
internal static class PortCover
{
    /// <summary>Whether rules together allow every port that a rule allows.</summary>
    public static bool Covers(IReadOnlyCollection<DocumentRule> others, DocumentRule rule) =>
        others.Any(other => other.Ports.IsEmpty)
        || (!rule.Ports.IsEmpty && rule.Ports.All(port => others.Any(other => other.Ports.Any(wide => Covers(wide, port)))));

    private static bool Covers(V1NetworkPolicyPort wide, V1NetworkPolicyPort narrow) =>
        (wide.Protocol ?? "TCP") == (narrow.Protocol ?? "TCP")
        && (wide.Port, narrow.Port) switch
        {
            (null, _) => true,
            (_, null) => false,
            ({ IsText: true } left, { IsText: true } right) => left.Text == right.Text,
            ({ IsText: false } left, { IsText: false } right) => left.Number <= right.Number
                && (wide.EndPort ?? left.Number) >= (narrow.EndPort ?? right.Number),
            _ => false,
        };
}
