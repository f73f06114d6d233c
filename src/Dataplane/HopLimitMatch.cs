namespace Palisade.Dataplane;

/// <summary>How a packet's hop limit is looked at.</summary>
public enum HopLimitMatch
{
    /// <summary>By the match <c>hl</c>.</summary>
    Hl,

    /// <summary>By a bpf match that loads the header's field; for kernels without <c>hl</c>.</summary>
    Bpf,

    /// <summary>
    /// Not at all, for kernels with neither. Neighbour discovery between pods is then judged like any packet: where their policies do not
    /// allow every protocol, pods of one bridge do not find each other over IPv6.
    /// </summary>
    None,
}
