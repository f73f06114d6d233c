using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Config.Tests.Kustomize;
using Palisade.Testing;

namespace Palisade.Config.Tests.Prometheus;

/// <summary>Holds the alerts by the distribution's promtool.</summary>
public sealed partial class RulesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-rules-");

    public static TheoryData<string> Alerts => [.. Rules().Select(rule => rule["alert"]!.GetValue<string>())];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rules_CheckedByPromtool_AreValid() => await PromtoolAsync("check", await WriteRulesAsync());

    [Fact]
    public async Task Rules_OnTheSeriesOfAlertsTest_FireAsDeclared()
    {
        await WriteRulesAsync();
        var test = Path.Combine(_directory.FullName, "alerts-test.yaml");
        File.Copy(Path.Combine(Repository.Root, "tests/Config.Tests/Prometheus/alerts-test.yaml"), test);

        await PromtoolAsync("test", test);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_HasARunbook(string alert)
    {
        File.ReadAllText(Path.Combine(Repository.Root, "docs/runbooks.md")).ShouldContain($"\n## {alert}\n");
        Rule(alert)["annotations"]!["runbook_url"]!.GetValue<string>().ShouldBe($"docs/runbooks.md#{alert.ToLowerInvariant()}");
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Alert_AsksForMetricsThatExist(string alert)
    {
        foreach (var name in MetricName().Matches(Rule(alert)["expr"]!.GetValue<string>()).Select(match => match.Value))
        {
            SourceCode.ShouldHaveMetric(name);
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static JsonNode Rule(string alert) => Rules().Single(rule => rule["alert"]!.GetValue<string>() == alert);

    private static IEnumerable<JsonNode> Rules() => Spec()["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray())!;

    private static JsonNode Spec() =>
        YamlObject.ReadAll(File.ReadAllText(Path.Combine(Repository.Root, "config/prometheus/rules.yaml"))).Single().Json["spec"]!;

    // promtool knows rules, not the PrometheusRule around them. JSON is YAML.
    private async Task<string> WriteRulesAsync()
    {
        var file = Path.Combine(_directory.FullName, "rules.yaml");
        await File.WriteAllTextAsync(file, Spec().ToJsonString(), Cancellation);
        return file;
    }

    private static async Task PromtoolAsync(string verb, string file)
    {
        var result = await CommandResult.OfAsync("promtool", [verb, "rules", file], Cancellation);
        result.ExitCode.ShouldBe(0, result.Error + result.Output);
    }

    [GeneratedRegex(@"\bpalisade_[a-z_]+")]
    private static partial Regex MetricName();
}
