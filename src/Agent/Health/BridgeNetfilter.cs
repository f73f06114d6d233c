using Palisade.Netfilter;

namespace Palisade.Agent.Health;

/// <summary>
/// Whether packets between two pods on one bridge pass iptables. They are switched, not routed, so without
/// <c>net.bridge.bridge-nf-call-iptables</c> no rule sees them (kernel: Documentation/networking/ip-sysctl.rst).
/// </summary>
public static class BridgeNetfilter
{
    // The files are those of the network namespace of the process that opens them.
    private static readonly string[] Switches =
    [
        "/proc/sys/net/bridge/bridge-nf-call-iptables",
        "/proc/sys/net/bridge/bridge-nf-call-ip6tables",
    ];

    /// <summary>Checks, and turns it on when asked to.</summary>
    /// <returns>What is wrong and how to fix it; null when nothing is.</returns>
    public static string? Check(bool turnOn)
    {
        if (!Bridges.Exist())
        {
            return null;
        }
        if (!File.Exists(Switches[0]))
        {
            return "this node has a bridge, and the kernel module br_netfilter is not loaded, so that packets between pods on it pass no rule:"
                + " run modprobe br_netfilter";
        }
        return Switches.Select(path => CheckOne(path, turnOn)).FirstOrDefault(problem => problem is not null);
    }

    private static string? CheckOne(string path, bool turnOn)
    {
        var name = "net.bridge." + Path.GetFileName(path);
        try
        {
            if (File.ReadAllText(path).Trim() == "1")
            {
                return null;
            }
            if (!turnOn)
            {
                return $"{name} is 0, so that packets between pods on one bridge pass no rule: run sysctl -w {name}=1, or start with --set-bridge-nf";
            }
            File.WriteAllText(path, "1");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{name} cannot be {(turnOn ? "set" : "read")}: {e.Message}";
        }
    }
}
