using Palisade.Cli.Labs;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Tests.Labs;

public sealed class MatrixWriterTests
{
    [Fact]
    public async Task Write_MoreColumnsThanFit_GoOnInAFurtherBlock()
    {
        var plan = new ReachabilityPlan { Endpoints = [Pod("a"), Pod("b"), Pod("c")] };
        await using var output = new StringWriter();
        var console = CliConsole.Create(output, colourless: true);
        console.Profile.Width = 15;
        console.Profile.Capabilities.Unicode = false;

        new MatrixWriter(console).Write(
            new ReachabilityMatrix(plan, plan.Paths.Select(path => KeyValuePair.Create(path, path.From.Name == "ns/a")))
        );

        output
            .ToString()
            .ReplaceLineEndings("\n")
            .ShouldBe(
                """
                            1 2
                1 ns/a  80  - o
                2 ns/b  80  . -
                3 ns/c  80  . .
                            3
                1 ns/a  80  o
                2 ns/b  80  .
                3 ns/c  80  -

                """
            );
    }

    private static Endpoint Pod(string name) =>
        new()
        {
            Name = "ns/" + name,
            End = TrafficEnd.Pod("ns", name),
            Addresses = [IpAddress.Parse("10.0.0.1")],
            Ports = [new(80, ProbeProtocol.Tcp)],
        };
}
