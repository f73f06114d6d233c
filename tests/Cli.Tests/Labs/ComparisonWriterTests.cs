using Palisade.Cli.Labs;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Tests.Labs;

public sealed class ComparisonWriterTests
{
    private static readonly ServedPort Port = new(80, ProbeProtocol.Tcp);
    private static readonly ReachabilityPath Path = new(Pod("a"), Pod("b"), Port, IpFamily.IPv4);

    [Theory]
    [InlineData(true, ProbeOutcome.Open, "ns/b", "")]
    [InlineData(false, ProbeOutcome.Refused, null, "")]
    [InlineData(false, ProbeOutcome.TimedOut, null, "")]
    [InlineData(false, ProbeOutcome.Open, "ns/b", "ns/a -> ns/b:80 IPv4: Open, answered by ns/b; should be refused")]
    [InlineData(true, ProbeOutcome.TimedOut, null, "ns/a -> ns/b:80 IPv4: TimedOut; should be open")]
    [InlineData(true, ProbeOutcome.Open, "ns/c", "ns/a -> ns/b:80 IPv4: Open, answered by ns/c; should be open")]
    public async Task Write_MeasuredAndComputed_TellsWhatDiffers(bool allowed, ProbeOutcome outcome, string? by, string difference)
    {
        await using var output = new StringWriter();
        var verdict = new Verdict(allowed, VerdictReason.Policies, DirectionVerdict.NotIsolated, DirectionVerdict.NotIsolated);

        var same = new ComparisonWriter(CliConsole.Create(output, colourless: true)).Write(
            new Dictionary<ReachabilityPath, ProbeResult> { [Path] = new(outcome, by) },
            new Dictionary<ReachabilityPath, Verdict> { [Path] = verdict },
            TimeSpan.FromMilliseconds(5)
        );

        same.ShouldBe(difference.Length == 0);
        output.ToString().ShouldContain(same ? "exactly what the policies say" : difference);
    }

    private static Endpoint Pod(string name) =>
        new()
        {
            Name = "ns/" + name,
            End = TrafficEnd.Pod("ns", name),
            Addresses = [IpAddress.Parse("10.0.0.1")],
            Ports = [Port],
        };
}
