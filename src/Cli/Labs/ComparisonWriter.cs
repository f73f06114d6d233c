using System.Globalization;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Labs;

/// <summary>Holds what was measured against what the policies say.</summary>
internal sealed class ComparisonWriter(IAnsiConsole console)
{
    /// <summary>Writes how many connections were tried, and each that differs.</summary>
    /// <returns>Whether none differs.</returns>
    public bool Write(
        IReadOnlyDictionary<ReachabilityPath, ProbeResult> measured,
        IReadOnlyDictionary<ReachabilityPath, Verdict> verdicts,
        TimeSpan took
    )
    {
        // An answer from somebody else than the one asked is no connection to him.
        var different = measured
            .Where(item =>
                item.Value.IsOpen != verdicts[item.Key].Allowed || (item.Value.IsOpen && item.Value.AnsweredBy != item.Key.To.Name)
            )
            .ToList();
        var open = measured.Count(item => item.Value.IsOpen);
        console.WriteLine();
        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measured.Count} connections tried in {took.TotalMilliseconds:0} ms: {open} open, {measured.Count - open} not."
            )
        );
        if (different.Count == 0)
        {
            console.MarkupLine("[green]The kernel lets through exactly what the policies say.[/]");
            return true;
        }
        console.MarkupLine($"[red]Not as the policies say ({different.Count}):[/]");
        foreach (var (path, result) in different)
        {
            var answer = result.AnsweredBy is { } name ? $", answered by {name}" : "";
            console.WriteLine($"  {path}: {result.Outcome}{answer}; should be {(verdicts[path].Allowed ? "open" : "refused")}");
        }
        return false;
    }
}
