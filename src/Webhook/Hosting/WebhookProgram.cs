using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Runs the program from its options to its end.</summary>
internal static class WebhookProgram
{
    /// <summary>Runs until SIGTERM or Ctrl+C; gives the exit code. Faulty files are one line on standard error.</summary>
    public static async Task<int> RunAsync(WebhookOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var client = NeedsClient(options)
                ? new KubernetesClient(
                    ClientOptionsLoader.Load(options.Kubeconfig, options.Context) with
                    {
                        UserAgent = Registration.FieldManager,
                    }
                )
                : null;
            await using var app = WebhookApplication.Create(options, client, TimeProvider.System);
            app.Services.GetService<FileCertificates>()?.Load();
            return await app.RunUntilStoppedAsync(cancellationToken) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception exception) when (exception is KubeConfigException or CertificateFileException)
        {
            return await FailAsync(ExitCodes.Usage, exception);
        }
        catch (IOException exception)
        {
            // A port that is taken.
            return await FailAsync(ExitCodes.Failure, exception);
        }
    }

    private static bool NeedsClient(WebhookOptions options) => options.CertDirectory is null || options.ImpactWarnings;

    private static async Task<int> FailAsync(int code, Exception exception)
    {
        await Console.Error.WriteLineAsync($"palisade-webhook: {exception.Message.ReplaceLineEndings(" ")}");
        return code;
    }
}
