namespace Palisade.Netfilter;

/// <summary>The kernel could not be read or written; the message names the program, its reason and, where known, the line of its input.</summary>
public sealed class NetfilterException : Exception
{
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
