using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Palisade.Kubernetes;
using Palisade.Operator.Hosting;
using Palisade.Operator.Metrics;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Metrics;

/// <summary>docs/metrics.md names every metric, and no other.</summary>
public sealed partial class MetricsDocumentationTests
{
    [Fact]
    public async Task SectionOperator_NamesEveryMetricAndNoOther()
    {
        // The program makes them as it is put together; nothing is read before it is started.
        await using var program = OperatorHost.Build(new OperatorOptions(), new() { Server = new Uri("https://192.0.2.1") });

        Documented("Operator").ShouldBe(Exposed(OperatorMetrics.MeterName));
    }

    [Fact]
    public void SectionEveryProgram_NamesEveryMetricAndNoOther()
    {
        foreach (var type in typeof(KubernetesMeter).Assembly.GetTypes().Where(IsMeasured))
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        Documented("Every program").ShouldBe(Exposed(KubernetesMeter.Name));
    }

    /// <summary>Whether a class keeps instruments of its own; they are made when it is first used.</summary>
    private static bool IsMeasured(Type type) =>
        !type.ContainsGenericParameters
        && type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Any(field => field.FieldType.IsAssignableTo(typeof(Instrument)));

    /// <summary>Names and types as <c>/metrics</c> has them, in order.</summary>
    private static List<string> Exposed(string meter)
    {
        var found = new ConcurrentQueue<string>(); // Other tests make metrics meanwhile.
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == meter)
            {
                var type = TypeOf(instrument.GetType().GetGenericTypeDefinition());
                found.Enqueue($"{instrument.Name}{(instrument.Unit == "s" ? "_seconds" : "")}{(type == "counter" ? "_total" : "")} {type}");
            }
        };
        listener.Start();
        return [.. found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string TypeOf(Type instrument) =>
        instrument == typeof(Counter<>) || instrument == typeof(ObservableCounter<>) ? "counter"
        : instrument == typeof(Histogram<>) ? "histogram"
        : "gauge";

    private static List<string> Documented(string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"docs/metrics.md has a section {heading}");
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var section = text[start..(end < 0 ? text.Length : end)];
        return [.. Row().Matches(section).Select(match => $"{match.Groups["name"].Value} {match.Groups["type"].Value}")];
    }

    [GeneratedRegex(@"^\| `(?<name>palisade_[a-z_]+)` \| (?<type>[a-z]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
