using System.Text.Json;
using Palisade.Policy.Validation;
using Palisade.Webhook.Decoding;

namespace Palisade.Webhook.Admission;

/// <summary>Turns what was found while reading an object into findings of the catalogue.</summary>
internal static class ReadingFindings
{
    /// <summary>
    /// Findings for values that their fields cannot take, in the catalogue's words. Those outside of the spec, which the catalogue leaves
    /// to the API server, are told in the reader's.
    /// </summary>
    public static IReadOnlyList<Finding> Of(JsonElement entity, IReadOnlyList<ShapeFault> faults)
    {
        if (faults.Count == 0)
        {
            return [];
        }

        var known = UnknownFields.Find(entity);
        return [.. known, .. faults.Select(ToFinding).Where(fault => !known.Any(finding => Covers(finding.Field, fault.Field)))];
    }

    /// <summary>
    /// Adds the validators' findings, less those about places that could not be read: they speak of what was put there instead.
    /// </summary>
    public static IReadOnlyList<Finding> Merge(IReadOnlyList<Finding> reading, IReadOnlyList<Finding> validation) =>
        reading.Count == 0
            ? validation
            : [.. reading, .. validation.Where(finding => !reading.Any(read => Covers(read.Field, finding.Field)))];

    private static bool Covers(string read, string field) =>
        field.StartsWith(read, StringComparison.Ordinal) && (field.Length == read.Length || field[read.Length] is '.' or '[');

    private static Finding ToFinding(ShapeFault fault) =>
        new(FindingCodes.FieldOfOtherType, FindingSeverity.Error, fault.Field, fault.Value, fault.Message) { IsBareValue = !fault.IsText };
}
