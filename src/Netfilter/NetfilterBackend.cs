namespace Palisade.Netfilter;

/// <summary>Which of the kernel's two packet filters the iptables programs talk to. They must never be mixed on a node.</summary>
public enum NetfilterBackend
{
    /// <summary>x_tables: <c>iptables-legacy</c>.</summary>
    Legacy,

    /// <summary>nf_tables: <c>iptables-nft</c>.</summary>
    Nft,
}
