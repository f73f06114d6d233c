using Palisade.Agent.Health;
using Palisade.Agent.Tests.Fakes;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Hosting;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Health;

public sealed class AgentMetricsTests : IDisposable
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
        _metrics.ShouldNotBeNull(); // It makes them.

        MetricReference.Exposed(AgentMetrics.MeterName).ShouldBe(MetricReference.Documented("Agent"));
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
}
