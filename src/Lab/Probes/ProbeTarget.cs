using System.Net;

namespace Palisade.Lab.Probes;

/// <summary>Where a probe goes.</summary>
/// <param name="Address">Address of the server.</param>
/// <param name="Port">Port of the server.</param>
/// <param name="Protocol">Transport protocol.</param>
public readonly record struct ProbeTarget(IPAddress Address, int Port, ProbeProtocol Protocol = ProbeProtocol.Tcp)
{
    /// <summary>Address and port as one endpoint.</summary>
    public IPEndPoint EndPoint => new(Address, Port);

    /// <inheritdoc/>
    public override string ToString() => $"{EndPoint}/{Protocol}";
}

/// <summary>Transport protocol of a probe, with its number in the IP header.</summary>
public enum ProbeProtocol
{
    /// <summary>No protocol.</summary>
    None = 0,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>SCTP, where the kernel has it.</summary>
    Sctp = 132,
}

/// <summary>How probes are made.</summary>
public sealed record ProbeOptions
{
    /// <summary>
    /// After how long without an answer a probe has timed out: long enough for a busy machine. A refusal comes at once and is never waited for.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many probes are under way at the same time.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

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

/// <summary>What came of a probe.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="AnsweredBy">Name that the server gave; null unless it answered.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, string? AnsweredBy = null)
{
    /// <summary>Whether the server answered.</summary>
    public bool IsOpen => Outcome == ProbeOutcome.Open;
}
