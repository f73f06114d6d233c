using Palisade.Policy.Validation;
using Palisade.Webhook.Decoding;

namespace Palisade.Webhook.Admission;

/// <summary>Turns what was found while reading an object into findings of the catalogue.</summary>
internal static class ReadingFindings
{
    private const string WrongType = "PAL090";

    /// <summary>Findings for values that their fields cannot take.</summary>
    public static IEnumerable<Finding> Of(IReadOnlyList<ShapeFault> faults) =>
        faults.Select(fault => new Finding(WrongType, FindingSeverity.Error, fault.Field, fault.Value, fault.Message)
        {
            IsBareValue = fault.IsBareValue,
        });

    /// <summary>
    /// Adds the validators' findings, less those about places that could not be read: they speak of what was put there instead.
    /// </summary>
    public static IReadOnlyList<Finding> Merge(IReadOnlyList<Finding> reading, IReadOnlyList<Finding> validation) =>
        reading.Count == 0
            ? validation
            : [.. reading, .. validation.Where(finding => !reading.Any(read => Covers(read.Field, finding.Field)))];

    private static bool Covers(string read, string field) =>
        field.StartsWith(read, StringComparison.Ordinal) && (field.Length == read.Length || field[read.Length] is '.' or '[');
}
