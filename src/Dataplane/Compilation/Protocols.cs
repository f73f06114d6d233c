namespace Palisade.Dataplane.Compilation;

/// <summary>The protocols that a NetworkPolicy can name.</summary>
internal static class Protocols
{
    public const string Tcp = "TCP";
    public const string Udp = "UDP";
    public const string Sctp = "SCTP";

    /// <summary>Number of the protocol; null when a NetworkPolicy cannot name it.</summary>
    public static byte? Number(string protocol) =>
        protocol switch
        {
            Tcp => 6,
            Udp => 17,
            Sctp => 132,
            _ => null,
        };

    /// <summary>The protocol's name as iptables takes and prints it.</summary>
    public static string IptablesName(string protocol) =>
        protocol switch
        {
            Tcp => "tcp",
            Udp => "udp",
            Sctp => "sctp",
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "not a protocol of NetworkPolicy"),
        };

    /// <summary>Number of the protocol that iptables, ipset and conntrack call by the name; 0 for any other.</summary>
    public static byte NumberOf(string iptablesName) =>
        iptablesName switch
        {
            "tcp" => 6,
            "udp" => 17,
            "sctp" => 132,
            _ => 0,
        };
}
