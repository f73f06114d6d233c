using System.Diagnostics.Metrics;

namespace Palisade.Hosting.Tests;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly MetricsCollector _collector = new();
    private readonly Meter _meter = new("Palisade.Test");

    public void Dispose()
    {
        _meter.Dispose();
        _collector.Dispose();
    }

    [Fact]
    public void Write_Counter_IsATotalByLabelsInOrder()
    {
        var counter = _meter.CreateCounter<long>("palisade_test_things", description: "Things\nseen.");
        counter.Add(2, new("zone", "b"), new KeyValuePair<string, object?>("a", "quote\" slash\\ line\n"));
        counter.Add(1, new KeyValuePair<string, object?>("a", "first"));
        counter.Add(3, new("a", "quote\" slash\\ line\n"), new KeyValuePair<string, object?>("zone", "b"));

        Written("palisade_test_things")
            .ShouldBe([
                "# HELP palisade_test_things_total Things seen.",
                "# TYPE palisade_test_things_total counter",
                "palisade_test_things_total{a=\"first\"} 1",
                "palisade_test_things_total{a=\"quote\\\" slash\\\\ line\\n\",zone=\"b\"} 5",
            ]);
    }

    [Fact]
    public void Record_MoreSeriesThanAreKept_IsCountedAndLoggedOnce()
    {
        var logger = new RecordingLogger<MetricsCollector>();
        using var collector = new MetricsCollector(logger: logger);
        var counter = _meter.CreateCounter<long>("palisade_test_many");
        for (var i = 0; i < 2003; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("number", i));
        }

        counter.Add(1, new KeyValuePair<string, object?>("number", 0));

        var text = collector.Write();
        text.ShouldContain("palisade_test_many_total{number=\"0\"} 2\n");
        text.ShouldNotContain("number=\"2000\"");
        text.ShouldContain("palisade_metrics_dropped_measurements_total{metric=\"palisade_test_many_total\"} ");
        logger
            .Messages.ShouldHaveSingleItem()
            .ShouldBe("The metric palisade_test_many_total is incomplete: it has more than 2000 series, and further ones are left out");
    }

    [Fact]
    public void Write_Histogram_CountsUpToEachBound()
    {
        var histogram = _meter.CreateHistogram(
            "palisade_test_duration",
            unit: "s",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        foreach (var value in new[] { 0.1, 0.5, 3 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("verb", "get"));
        }

        Written("palisade_test_duration")[1..]
            .ShouldBe([
                "# TYPE palisade_test_duration_seconds histogram",
                "palisade_test_duration_seconds_bucket{verb=\"get\",le=\"0.1\"} 1",
                "palisade_test_duration_seconds_bucket{verb=\"get\",le=\"1\"} 2",
                "palisade_test_duration_seconds_bucket{verb=\"get\",le=\"+Inf\"} 3",
                "palisade_test_duration_seconds_sum{verb=\"get\"} 3.6",
                "palisade_test_duration_seconds_count{verb=\"get\"} 3",
            ]);
    }

    [Fact]
    public void Write_UpDownCounterAndGauge_AddAndReplace()
    {
        var depth = _meter.CreateUpDownCounter<int>("palisade_test_depth");
        var level = _meter.CreateGauge<double>("palisade_test_level");
        depth.Add(3);
        depth.Add(-1);
        level.Record(7);
        level.Record(0.5);

        Written("palisade_test_depth")[^1].ShouldBe("palisade_test_depth 2");
        Written("palisade_test_level")[^1].ShouldBe("palisade_test_level 0.5");
    }

    [Fact]
    public void Write_ObservedSeriesThatIsNoLongerReported_IsGone()
    {
        var kinds = new List<string> { "Pod", "Node" };
        _meter.CreateObservableGauge(
            "palisade_test_objects",
            () => kinds.Select(kind => new Measurement<int>(1, new KeyValuePair<string, object?>("kind", kind)))
        );
        Written("palisade_test_objects").Count(line => !line.StartsWith('#')).ShouldBe(2);

        kinds.Remove("Pod");

        Written("palisade_test_objects").Where(line => !line.StartsWith('#')).ShouldBe(["palisade_test_objects{kind=\"Node\"} 1"]);
    }

    [Fact]
    public void Write_LabelWithEverNewValues_StopsGrowing()
    {
        var counter = _meter.CreateCounter<long>("palisade_test_endless");
        for (var i = 0; i < 5000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("value", i));
        }

        Written("palisade_test_endless").Count.ShouldBeLessThan(2100);
    }

    [Fact]
    public void Write_SameLabelsGivenOtherwise_AreOneSeries()
    {
        var counter = _meter.CreateCounter<long>("palisade_test_same");
        for (var i = 0; i < 2; i++)
        {
            counter.Add(1, new("a", 7), new KeyValuePair<string, object?>("b", "x"));
            counter.Add(1, new("b", "x"), new KeyValuePair<string, object?>("a", 7));
            counter.Add(1, new("b", "x"), new KeyValuePair<string, object?>("a", "7"));
        }

        counter.Add(1, new("a", "x"), new KeyValuePair<string, object?>("b", 7));

        Written("palisade_test_same")
            .Where(line => !line.StartsWith('#'))
            .ShouldBe(["palisade_test_same_total{a=\"7\",b=\"x\"} 6", "palisade_test_same_total{a=\"x\",b=\"7\"} 1"]);
    }

    [Fact]
    public void Write_Runtime_IsThereWithUnits() =>
        Written("dotnet_").ShouldContain(line => line.StartsWith("dotnet_process_memory_working_set_bytes "));

    private List<string> Written(string prefix) =>
        [
            .. _collector
                .Write()
                .Split('\n')
                .Where(line => line.StartsWith(prefix, StringComparison.Ordinal) || line.Contains($" {prefix}", StringComparison.Ordinal)),
        ];
}
