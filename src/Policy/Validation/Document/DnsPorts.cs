using Palisade.Models;

namespace Palisade.Policy.Validation.Document;

/// <summary>Port entries that have to do with DNS.</summary>
internal static class DnsPorts
{
    private const int Dns = 53;

    /// <summary>Whether the entry is port 53 of TCP.</summary>
    public static bool IsTcp(V1NetworkPolicyPort entry) =>
        entry is { Port: { IsText: false, Number: Dns } } && (entry.Protocol ?? "TCP") == "TCP";

    /// <summary>Whether the entry lets queries over UDP pass; a name is taken for what it says.</summary>
    public static bool AllowsUdp(V1NetworkPolicyPort entry) =>
        entry.Protocol == "UDP"
        && entry.Port switch
        {
            null => true,
            { IsText: true } name => name.Text!.Contains("dns", StringComparison.Ordinal),
            { } port => port.Number <= Dns && Dns <= (entry.EndPort ?? port.Number),
        };
}
