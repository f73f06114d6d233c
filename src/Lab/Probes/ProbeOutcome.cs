namespace Palisade.Lab.Probes;

/// <summary>What came of a connection.</summary>
public enum ProbeOutcome
{
    /// <summary>No probe was made.</summary>
    None,

    /// <summary>The server answered.</summary>
    Open,

    /// <summary>Somebody answered that it may not be: a TCP reset, or ICMP port unreachable.</summary>
    Refused,

    /// <summary>There is no way there: ICMP host or network unreachable, no route, or an address that the kernel does not connect to.</summary>
    Unreachable,

    /// <summary>Nobody answered in time.</summary>
    TimedOut,
}
