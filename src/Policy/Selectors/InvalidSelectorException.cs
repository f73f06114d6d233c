namespace Palisade.Policy.Selectors;

/// <summary>A label selector cannot be understood; the API server would not have taken it.</summary>
public sealed class InvalidSelectorException : Exception
{
    /// <summary>Makes the exception without a reason.</summary>
    public InvalidSelectorException() { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why the selector cannot be understood.</param>
    public InvalidSelectorException(string message)
        : base(message) { }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why the selector cannot be understood.</param>
    /// <param name="innerException">What led to it.</param>
    public InvalidSelectorException(string message, Exception innerException)
        : base(message, innerException) { }
}
