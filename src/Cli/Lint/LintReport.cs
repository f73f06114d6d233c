using System.Collections.Immutable;
using Palisade.Cli.Output;

namespace Palisade.Cli.Lint;

/// <summary>All that <c>lint</c> found.</summary>
/// <param name="Policies">The policies, in the order of files and of documents in them.</param>
/// <param name="Unreadable">Documents that could not be read.</param>
internal sealed record LintReport(ImmutableArray<LintedPolicy> Policies, ImmutableArray<LintFinding> Unreadable)
{
    /// <summary>Everything, by file in the order of reading, then by place.</summary>
    public ImmutableArray<LintFinding> Findings { get; } =
    [
        .. Policies
            .SelectMany(policy => policy.Findings)
            .Concat(Unreadable)
            .GroupBy(finding => finding.Position.Path, StringComparer.Ordinal)
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => file.OrderBy(finding => (finding.Position.Line, finding.Position.Column))),
    ];

    /// <summary>How many errors there are.</summary>
    public int Errors => Findings.Count(finding => finding.IsError);

    /// <summary>How many warnings there are.</summary>
    public int Warnings => Findings.Length - Errors;

    /// <summary>The sum, in a sentence.</summary>
    public string Summary
    {
        get
        {
            var policies = Count(Policies.Length, "policy", "policies");
            return Findings.IsEmpty
                ? $"{policies}, nothing found"
                : $"{policies}: {Count(Errors, "error", "errors")}, {Count(Warnings, "warning", "warnings")}";
        }
    }

    private static string Count(int number, string one, string many) => number == 0 ? $"no {many}" : Quantity.Format(number, one, many);
}
