namespace Palisade.Lab;

/// <summary>The lab could not be built or changed; the message says which command failed, and what it answered.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public LabException() { }

    /// <summary>Makes an exception with a message.</summary>
    public LabException(string message)
        : base(message) { }

    /// <summary>Makes an exception with a message and its cause.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException) { }
}
