namespace Palisade.Dataplane;

/// <summary>What only some policies need of the kernel: one that lacks it can still enforce all others.</summary>
public enum KernelFeature
{
    /// <summary>The iptables match for one SCTP port or range.</summary>
    SctpPorts,

    /// <summary>The iptables match for several ports.</summary>
    SeveralPorts,

    /// <summary>Sets of ports, for more ports than one match takes.</summary>
    PortSets,

    /// <summary>Sets of addresses with ports, for named ports.</summary>
    AddressPortSets,
}
