using System.Globalization;
using System.Net;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>Measures what each layout costs the traffic between two pods of one node.</summary>
internal static class FlowRun
{
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
        Add(report, "this layout", cost.Measure(), nothing, tracked);
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
    ) =>
        report.Add(
            $"flows: {layout}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"datagram of an open flow {cost.Established:F0} ns, first of a flow {cost.New:F0} ns, TCP connect {cost.Connect / 1000:F1} µs"
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{cost.Established / tracked.Established:F2} x tracking alone (target 1.05), {cost.New / nothing.New:F2} x no rules (2.0), {cost.Connect / nothing.Connect:F2} x no rules (1.3)"
            )
        );
}
