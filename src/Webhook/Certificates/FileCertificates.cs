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
    /// <exception cref="CertificateFileException">They are missing or faulty.</exception>
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
