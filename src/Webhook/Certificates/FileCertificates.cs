using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Palisade.Webhook.Certificates;

/// <summary>
/// Serves a certificate from files and follows their changes. The files are compared on a timer: a mounted Secret changes by a
/// swapped symbolic link, which file notifications miss.
/// </summary>
internal sealed partial class FileCertificates(
    CertificateFiles files,
    ServingCertificate serving,
    CertificateLifetimes lifetimes,
    TimeProvider timeProvider,
    ILogger<FileCertificates> logger
) : BackgroundService
{
    /// <summary>Reads the files if they changed.</summary>
    /// <exception cref="CertificateFileException">They are missing or invalid.</exception>
    public void Load()
    {
        if (files.ReadIfChanged() is { } chain)
        {
            serving.Replace(chain[0], [.. chain.Skip(1)]);
            LogServing(logger, files.CertificateFile, serving.NotAfter);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(lifetimes.Interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Load();
            }
            catch (CertificateFileException exception)
            {
                // What is served stays: the files may be half written.
                LogFailed(logger, exception.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving with the certificate in {File} that ends at {NotAfter}.")]
    private static partial void LogServing(ILogger logger, string file, DateTimeOffset? notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kept the certificate as it was: {Message}")]
    private static partial void LogFailed(ILogger logger, string message);
}

/// <summary>Reads a certificate and its key from a directory, as a mounted <c>kubernetes.io/tls</c> Secret has them.</summary>
internal sealed class CertificateFiles(string directory)
{
    private byte[] _lastRead = [];

    /// <summary>File with the certificate and, after it, those of intermediate authorities.</summary>
    public string CertificateFile => Path.Combine(directory, "tls.crt");

    /// <summary>File with the private key.</summary>
    public string KeyFile => Path.Combine(directory, "tls.key");

    /// <summary>
    /// Reads the files when they changed since the last successful read: the certificate with its key, then the intermediates. Null when
    /// they did not change.
    /// </summary>
    /// <exception cref="CertificateFileException">A file is missing or invalid, or the two do not fit together.</exception>
    public IReadOnlyList<X509Certificate2>? ReadIfChanged()
    {
        try
        {
            var certificates = File.ReadAllText(CertificateFile);
            var key = File.ReadAllText(KeyFile);
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(certificates + '\0' + key));
            if (hash.AsSpan().SequenceEqual(_lastRead))
            {
                return null;
            }

            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            var served = X509Certificate2.CreateFromPem(certificates, key);
            _lastRead = hash;
            return [served, .. chain.Skip(1)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException($"the certificate cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(
                $"{CertificateFile} and {KeyFile} are not a PEM certificate and its key: {exception.Message}",
                exception
            );
        }
    }
}

/// <summary>A certificate file is missing or invalid. The message is one line with the path.</summary>
public sealed class CertificateFileException : Exception
{
    /// <summary>What is wrong, and what caused it.</summary>
    public CertificateFileException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
