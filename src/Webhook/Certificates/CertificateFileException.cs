namespace Palisade.Webhook.Certificates;

/// <summary>A certificate file is missing or faulty. The message is one line with the path.</summary>
public sealed class CertificateFileException : Exception
{
    /// <summary>Makes an exception.</summary>
    public CertificateFileException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
