using System.Globalization;

namespace Palisade.Agent;

/// <summary>What this process may do (capabilities(7)).</summary>
public static class Capabilities
{
    private const int NetAdmin = 12;
    private const int NetRaw = 13;

    /// <summary>Says which capability is missing for writing rules, and how to give it; null when none is.</summary>
    public static string? Missing()
    {
        const string field = "CapEff:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return Missing(ulong.Parse(line.AsSpan(field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    /// <summary>As <see cref="Missing()"/>, for a set of effective capabilities.</summary>
    public static string? Missing(ulong effective)
    {
        string[] missing = [.. Lacks(effective, NetAdmin, "NET_ADMIN"), .. Lacks(effective, NetRaw, "NET_RAW")];
        return missing.Length == 0
            ? null
            : $"not allowed to change this node's packet filter: run as root, or with the capabilities {string.Join(" and ", missing)}";
    }

    private static string[] Lacks(ulong effective, int number, string name) => (effective & (1UL << number)) == 0 ? [name] : [];
}
