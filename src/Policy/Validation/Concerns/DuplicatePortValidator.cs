using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns of port entries that allow nothing another entry of the rule does not.</summary>
internal sealed class DuplicatePortValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules)
        {
            var ofProtocols = Enumerable.Range(0, rule.Ports.Length).GroupBy(i => rule.Ports[i].Protocol ?? "TCP", StringComparer.Ordinal);
            foreach (var (index, by) in ofProtocols.SelectMany(entries => Needless(rule, [.. entries])))
            {
                findings.Warning(
                    FindingCodes.PortDuplicate,
                    rule.PortPath(index),
                    Display(rule.Ports[index]),
                    $"is already allowed by ports[{by}], {Display(rule.Ports[by])}: remove it"
                );
            }
        }
    }

    /// <summary>Entries of one protocol, each with the one that makes it needless: of two equal ones the later is needless.</summary>
    private static IEnumerable<(int Index, int By)> Needless(DocumentRule rule, int[] entries)
    {
        if (Array.Find(Array.ConvertAll(entries, i => (int?)i), i => rule.Ports[i!.Value].Port is null) is { } every)
        {
            return entries.Where(i => i != every).Select(i => (i, every));
        }

        var isName = entries.ToLookup(i => rule.Ports[i].Port!.IsText);
        var names = isName[true].GroupBy(i => rule.Ports[i].Port!.Text, StringComparer.Ordinal);
        return names
            .SelectMany(equal => equal.Skip(1).Select(i => (i, equal.First())))
            .Concat(WithinOthers(isName[false].Select(i => (i, rule.Ports[i].Port!.Number, Last(rule.Ports[i])))));
    }

    /// <summary>Ranges that lie within another one: in order of their beginnings, within the one that ends last of those before.</summary>
    private static IEnumerable<(int Index, int By)> WithinOthers(IEnumerable<(int Index, int First, int Last)> ranges)
    {
        (int Index, int Last)? widest = null;
        foreach (var (index, _, last) in ranges.OrderBy(range => range.First).ThenByDescending(range => range.Last))
        {
            if (widest?.Last >= last)
            {
                yield return (index, widest.Value.Index);
            }
            else
            {
                widest = (index, last);
            }
        }
    }

    private static int Last(V1NetworkPolicyPort port) => port.EndPort ?? port.Port!.Number;

    private static string Display(V1NetworkPolicyPort port)
    {
        var end = port.EndPort is { } last ? $"-{last}" : "";
        return $"{port.Protocol ?? "TCP"} {(port.Port is { } first ? $"{first.Plain}{end}" : "on every port")}";
    }
}
