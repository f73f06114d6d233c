namespace Palisade.Lab.Probes;

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
