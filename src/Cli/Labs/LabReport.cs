using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Labs;

/// <summary>Writes what <c>lab</c> found.</summary>
internal sealed class LabReport(IAnsiConsole console)
{
    /// <summary>Writes a heading.</summary>
    public void WriteHeading(string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
    }

    /// <summary>Writes what is enforced: how much was stamped, and how much written by hand.</summary>
    public void WriteApplied(ClusterExpansion expansion)
    {
        var byHand = expansion.Snapshot.Policies.Length - expansion.Stamped.Length;
        var namespaces = expansion.Stamped.Select(item => item.Policy.Metadata.NamespaceProperty).Distinct(StringComparer.Ordinal).Count();
        var stamped = Quantity.Format(expansion.Stamped.Length, "NetworkPolicy", "NetworkPolicies");
        var into = Quantity.Format(namespaces, "namespace", "namespaces");
        string[] sentences =
        [
            .. expansion.CustomResources == 0
                ? Array.Empty<string>()
                :
                [
                    $"{Quantity.Format(expansion.CustomResources, "cluster-wide policy", "cluster-wide policies")} stamped {stamped} into {into}.",
                ],
            .. byHand == 0 ? Array.Empty<string>() : [$"{Quantity.Format(byHand, "NetworkPolicy", "NetworkPolicies")} written by hand."],
        ];
        console.WriteLine();
        console.WriteLine(sentences.Length == 0 ? "No policies." : string.Join(' ', sentences));
    }

    /// <summary>Writes who reaches whom.</summary>
    public void WriteMatrix(ReachabilityPlan plan, IEnumerable<KeyValuePair<ReachabilityPath, bool>> open)
    {
        var list = open.ToList();
        var writer = new MatrixWriter(console);
        writer.Write(new ReachabilityMatrix(plan, list));
        var differ = list.GroupBy(item => (item.Key.From, item.Key.To, item.Key.Port))
            .Any(group => group.Select(item => item.Value).Distinct().Count() > 1);
        writer.WriteLegend(differ);
    }

    /// <summary>Writes which connections of isolated pods are open, and why.</summary>
    public void WriteOpenedBy(ClusterSnapshot snapshot, IReadOnlyDictionary<ReachabilityPath, Verdict> verdicts)
    {
        WriteHeading("What is open to and from closed pods, and what opened it");
        new OpenedByWriter(console, snapshot).Write(verdicts);
    }
}
