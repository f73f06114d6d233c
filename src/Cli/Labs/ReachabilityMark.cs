namespace Palisade.Cli.Labs;

/// <summary>What a matrix shows of one port between two endpoints.</summary>
internal enum ReachabilityMark
{
    /// <summary>Not tried.</summary>
    None,

    /// <summary>Refused in every family.</summary>
    Closed,

    /// <summary>Open in every family.</summary>
    Open,

    /// <summary>Open over IPv4 only.</summary>
    OpenIPv4,

    /// <summary>Open over IPv6 only.</summary>
    OpenIPv6,
}
