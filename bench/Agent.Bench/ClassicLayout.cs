using System.Diagnostics;
using System.Globalization;
using System.Text;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>
/// The layout to compare with: two FORWARD rules and a chain for each local pod, a rule for each address that may reach it, all written
/// again for every change. By iptables-legacy-restore: iptables-nft cannot send so many rules at once without more rights.
/// </summary>
internal static class ClassicLayout
{
    /// <summary>Rules for so many local pods, each of which so many addresses may reach.</summary>
    public static string Render(int localPods, int peers)
    {
        var text = new StringBuilder("*filter\n");
        for (var pod = 0; pod < localPods; pod++)
        {
            text.Append(CultureInfo.InvariantCulture, $":KUBE-POD-{pod} - [0:0]\n");
        }
        for (var pod = 0; pod < localPods; pod++)
        {
            var address = BenchCluster.Address(pod, isLocal: true);
            text.Append(
                CultureInfo.InvariantCulture,
                $"-A FORWARD -d {address} -m physdev --physdev-is-bridged -j KUBE-POD-{pod}\n-A FORWARD -d {address} -j KUBE-POD-{pod}\n"
            );
            for (var peer = 0; peer < peers; peer++)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"-A KUBE-POD-{pod} -s {BenchCluster.Address(1000 + peer, isLocal: false)} -d {address} -p tcp --dport 8080 -j ACCEPT\n"
                );
            }
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-POD-{pod} -j REJECT --reject-with icmp-port-unreachable\n");
        }
        return text.Append("COMMIT\n").ToString();
    }

    /// <summary>Seconds that each of some restores takes.</summary>
    public static async Task<List<double>> MeasureAsync(LabHost host, string rules, int times)
    {
        var seconds = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var start = new ProcessStartInfo("iptables-legacy-restore") { UseShellExecute = false, RedirectStandardInput = true };
            using var process = host.Network.Start(start);
            await process.StandardInput.WriteAsync(rules);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            seconds.Add(
                process.ExitCode == 0
                    ? Stopwatch.GetElapsedTime(began).TotalSeconds
                    : throw new InvalidOperationException("iptables-restore failed")
            );
        }
        return seconds;
    }
}
