using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Palisade.Agent.Health;
using Palisade.Agent.Tests.Fakes;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Kubernetes.Hosting;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Health;

public sealed partial class AgentMetricsTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MetricsCollector _collector = new();
    private readonly AgentMetrics _metrics;
    private TimeSpan? _apiLag;

    public AgentMetricsTests() => _metrics = new(new Readiness(new RecordedLog<Readiness>()), () => _apiLag, _clock);

    public void Dispose()
    {
        _metrics.Dispose();
        _collector.Dispose();
    }

    [Fact]
    public void Documentation_SectionAgent_NamesEveryMetricAndNoOther()
    {
        var documented = MetricInTable().Matches(Section("Agent")).Select(match => match.Groups["name"].Value);

        documented.ShouldBe(Exposed().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_PoliciesThatShareAChain_EachHasItsCount()
    {
        _metrics.Kernel.Read(
            new KernelCensus
            {
                Sets = 3,
                Entries = 40,
                Chains = 5,
                Rules = 60,
                Accepted = [new ChainCount(Direction.Ingress, "abc", ["a/x", "b/x"], 7)],
                Denied = [new ChainCount(Direction.Egress, "def", [.. Enumerable.Range(10, 12).Select(i => $"ns-{i}/p")], 8)],
                WouldBeDenied = [new ChainCount(Direction.Ingress, "012", ["c/y"], 9)],
                UnknownPods = 11,
            }
        );

        var text = _collector.Write();

        text.ShouldContain("palisade_agent_kernel_objects{kind=\"entry\"} 40\n");
        text.ShouldContain("palisade_agent_policy_accepted_packets_total{chain=\"abc\",direction=\"ingress\",policy=\"a/x\"} 7\n");
        text.ShouldContain("palisade_agent_policy_accepted_packets_total{chain=\"abc\",direction=\"ingress\",policy=\"b/x\"} 7\n");
        text.ShouldContain("ns-19/p and 2 more\",verdict=\"denied\"} 8\n");
        text.ShouldContain("{class=\"012\",direction=\"ingress\",policies=\"c/y\",verdict=\"would-deny\"} 9\n");
        text.ShouldContain("palisade_agent_unknown_pod_dropped_packets_total 11\n");
    }

    [Fact]
    public void Failed_Once_TellsWhen()
    {
        _collector.Write().ShouldContain("palisade_agent_last_failure_timestamp_seconds 0\n");

        _metrics.Failed();

        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        _collector.Write().ShouldContain(FormattableString.Invariant($"palisade_agent_last_failure_timestamp_seconds {now}\n"));
    }

    [Fact]
    public void ApiLag_NothingReadYet_IsMissing()
    {
        _collector.Write().ShouldNotContain("palisade_agent_api_lag_seconds ");

        _apiLag = TimeSpan.FromSeconds(90);

        _collector.Write().ShouldContain("palisade_agent_api_lag_seconds 90\n");
    }

    /// <summary>Names as <c>/metrics</c> has them.</summary>
    private List<string> Exposed()
    {
        var names = new ConcurrentQueue<string>(); // Other tests make metrics meanwhile.
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == AgentMetrics.MeterName)
                {
                    names.Enqueue(instrument.Name + (instrument.Unit == "s" ? "_seconds" : "") + (IsCounter(instrument) ? "_total" : ""));
                }
            },
        };
        listener.Start();
        _metrics.ShouldNotBeNull();
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsCounter(Instrument instrument) =>
        instrument.GetType().GetGenericTypeDefinition() is var type && (type == typeof(Counter<>) || type == typeof(ObservableCounter<>));

    private static string Section(string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs/metrics.md"));
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"docs/metrics.md has a section {heading}");
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return text[start..(end < 0 ? text.Length : end)];
    }

    [GeneratedRegex(@"^\| `(?<name>palisade_[a-z_]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex MetricInTable();
}
