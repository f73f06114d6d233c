using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Testing;

namespace Palisade.Config.Tests.Prometheus;

/// <summary>Holds the queries of the Grafana dashboard against <c>docs/metrics.md</c>, which is held against the programs.</summary>
public sealed partial class DashboardTests : IDisposable
{
    // What Prometheus adds to every series.
    private static readonly string[] CommonLabels = ["instance", "job", "le"];
    private static readonly Dictionary<string, string[]> Documented = ReadDocumented();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-dashboard-");

    public static TheoryData<string> Queries => [.. ReadQueries().Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_AsksForMetricsThatAreDocumented(string query)
    {
        var names = MetricName().Matches(query).Select(match => match.Value).ToArray();
        names.ShouldNotBeEmpty();
        names.ShouldAllBe(name => Documented.ContainsKey(Family(name)));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_AsksForLabelsThatTheMetricHas(string query)
    {
        var known = MetricName().Matches(query).SelectMany(match => Documented[Family(match.Value)]).Concat(CommonLabels);
        var grouped = Grouping().Matches(query).SelectMany(match => match.Groups["labels"].Value.Split(", "));
        var matched = Matcher().Matches(query).Select(match => match.Groups["label"].Value);
        grouped.Concat(matched).ShouldBeSubsetOf(known);
    }

    [Fact]
    public void Metric_ThatIsDocumented_IsInTheCode()
    {
        Documented.ShouldNotBeEmpty();
        foreach (var name in Documented.Keys)
        {
            SourceCode.ShouldHaveMetric(name);
        }
    }

    [Fact]
    public async Task Queries_CheckedByPromtool_AreValid()
    {
        var rules = ReadQueries()
            .Select(
                (query, number) =>
                    new JsonObject
                    {
                        ["record"] = $"query:{number}",
                        ["expr"] = query.Replace("$__rate_interval", "5m", StringComparison.Ordinal),
                    }
            );
        var group = new JsonObject { ["name"] = "dashboard", ["rules"] = new JsonArray([.. rules]) };
        var file = Path.Combine(_directory.FullName, "rules.json");
        await File.WriteAllTextAsync(
            file,
            new JsonObject { ["groups"] = new JsonArray(group) }.ToJsonString(),
            TestContext.Current.CancellationToken
        );

        var result = await CommandResult.OfAsync("promtool", ["check", "rules", file], TestContext.Current.CancellationToken);

        result.ExitCode.ShouldBe(0, result.Error + result.Output);
    }

    [Fact]
    public void Panels_OfTheDashboard_HaveIdsOfTheirOwnAndDoNotOverlap()
    {
        var panels = Panels();
        panels.Select(panel => panel["id"]!.GetValue<int>()).ShouldBeUnique();
        panels.SelectMany(Cells).ShouldBeUnique();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static IEnumerable<(int X, int Y)> Cells(JsonNode panel)
    {
        var position = panel["gridPos"].Deserialize<Dictionary<string, int>>()!;
        return from x in Enumerable.Range(position["x"], position["w"])
            from y in Enumerable.Range(position["y"], position["h"])
            select (x, y);
    }

    private static JsonNode[] Panels() =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config/prometheus/dashboard.json")))!["panels"]!.AsArray()!];

    private static IEnumerable<string> ReadQueries() =>
        from panel in Panels()
        from target in panel["targets"]?.AsArray() ?? []
        select target["expr"]!.GetValue<string>();

    // Lines such as: | `palisade_workqueue_depth` | gauge | queue | keys that wait to be worked on |
    private static Dictionary<string, string[]> ReadDocumented() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs/metrics.md"))
            .Select(line => TableRow().Match(line))
            .Where(row => row.Success)
            .ToDictionary(
                row => row.Groups["name"].Value,
                row => row.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                StringComparer.Ordinal
            );

    private static string Family(string name) => HistogramSuffix().Replace(name, "");

    [GeneratedRegex(@"\bpalisade_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex(@"\bby \((?<labels>[a-z_, ]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"[{,] *(?<label>[a-z_]+)(=|!=|=~|!~)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"^\| `(?<name>palisade_[a-z_]+)` \| [a-z]+ \|(?<labels>[^|]*)\|", RegexOptions.ExplicitCapture)]
    private static partial Regex TableRow();
}
