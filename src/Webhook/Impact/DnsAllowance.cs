using Palisade.Models;

namespace Palisade.Webhook.Impact;

/// <summary>Whether egress rules let DNS queries out. Only ports are looked at: this is for a warning, which is not to cry wolf.</summary>
internal static class DnsAllowance
{
    private const int Port = 53;

    /// <summary>Whether one of the rules, given by its ports, allows UDP port 53.</summary>
    public static bool IsIn(IEnumerable<IList<V1NetworkPolicyPort>?>? rules) =>
        rules?.Any(ports => ports is not { Count: > 0 } || ports.Any(Allows)) == true;

    private static bool Allows(V1NetworkPolicyPort port) =>
        port.Protocol == "UDP"
        && port.Port switch
        {
            null => true,
            { IsText: true } name => name.Text!.Contains("dns", StringComparison.Ordinal),
            { } number => number.Number <= Port && Port <= (port.EndPort ?? number.Number),
        };
}
