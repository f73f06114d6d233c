namespace Palisade.Netfilter.Tests.Conntrack;

/// <summary>How a list of the kernel's can break off.</summary>
public enum Break
{
    /// <summary>The message that ends the list says that it failed.</summary>
    DoneWithError,

    /// <summary>The list changed while it was read.</summary>
    Interrupted,

    /// <summary>The kernel had to drop some of its answer.</summary>
    NoBufferSpace,

    /// <summary>A datagram was cut off.</summary>
    Truncated,
}
