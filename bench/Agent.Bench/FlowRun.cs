using System.Globalization;
using System.Net;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>Measures what each layout costs the traffic between two pods of one node.</summary>
internal static class FlowRun
{
    private const string Own = "this layout";

    public static async Task MeasureAsync(Report report)
    {
        await using var lab = await NetworkLab.CreateAsync(
            new()
            {
                Nodes = LabTopology.MakeNodes(1),
                Pods =
                [
                    new("shop", "client", "node-1", [IPAddress.Parse(FlowLayouts.Client)]),
                    new("shop", "server", "node-1", [IPAddress.Parse(FlowLayouts.Server)]),
                ],
            },
            CancellationToken.None
        );
        var node = lab.Nodes.Values.Single();
        var layouts = new FlowLayouts(node);
        var cost = new FlowCost(lab.Pods["shop/client"], lab.Pods["shop/server"]);

        cost.Measure(); // Compiled and warm.
        var nothing = cost.Measure();
        Add(report, "no rules at all", nothing, nothing, nothing);
        await layouts.ConntrackOnlyAsync();
        var tracked = cost.Measure();
        Add(report, "connections tracked, no policies", tracked, nothing, tracked);
        await layouts.ClearAsync();
        await layouts.OwnAsync();
        Add(report, Own, cost.Measure(), nothing, tracked);
        await layouts.RemoveOwnAsync();
        await layouts.KubeRouterAsync();
        Add(report, "kube-router's layout", cost.Measure(), nothing, tracked);
        await layouts.ClearAsync();
        await layouts.ClassicAsync();
        Add(report, "classic layout, 100 of the 10,000 peers", cost.Measure(), nothing, tracked);
        await layouts.ClearAsync();
    }

    private static void Add(
        Report report,
        string layout,
        (double Established, double New, double Connect) cost,
        (double Established, double New, double Connect) nothing,
        (double Established, double New, double Connect) tracked
    )
    {
        var (open, first, connect) = (cost.Established / tracked.Established, cost.New / nothing.New, cost.Connect / nothing.Connect);
        report.Add(
            $"flows: {layout}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"datagram of an open flow {cost.Established:F0} ns, first of a flow {cost.New:F0} ns, TCP connect {cost.Connect / 1000:F1} µs"
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{open:F2} x tracking alone (target 1.05), {first:F2} x no rules (2.0), {connect:F2} x no rules (1.3)"
            )
        );
        if (layout == Own)
        {
            const string cause = "Rules of the layout, one after the other; runs differ by some percent.";
            report.Judge("a datagram of an open flow, against tracking alone", open, 1.05, "x", cause);
            report.Judge("the first datagram of a flow, against no rules", first, 2, "x", cause);
            report.Judge("a TCP connect, against no rules", connect, 1.3, "x", cause);
        }
    }
}
