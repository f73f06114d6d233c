namespace Palisade.Netfilter;

/// <summary>The kernel could not be read or written; the message names the program, its reason and, where known, the line of its input.</summary>
public sealed class NetfilterException : Exception
{
    /// <summary>Chains and sets of single policies that were refused, all else being well; empty when the fault is not theirs.</summary>
    public IReadOnlyList<KernelRefusal> Refusals { get; init; } = [];

    /// <summary>Number of the line of its input that a program named, the first being 1; null when it named none.</summary>
    internal int? Line { get; init; }

    /// <summary>What a program said, without its input; null when it said nothing.</summary>
    internal string? Said { get; init; }

    /// <summary>Makes the exception without a reason.</summary>
    public NetfilterException() { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What could not be done, and why.</param>
    public NetfilterException(string message)
        : base(message) { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What could not be done, and why.</param>
    /// <param name="innerException">What led to it.</param>
    public NetfilterException(string message, Exception innerException)
        : base(message, innerException) { }
}
