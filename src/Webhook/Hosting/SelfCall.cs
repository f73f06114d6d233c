using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>
/// Calls the webhook as the API server would, with the name of its Service and the authorities that were published, until that works once:
/// a replica that nobody can call does not say that it is ready.
/// </summary>
internal sealed partial class SelfCall(
    IServer server,
    WebhookOptions options,
    ServingCertificate serving,
    ServingState state,
    TimeProvider timeProvider,
    ILogger<SelfCall> logger
) : BackgroundService
{
    /// <summary>A request that every kind allows.</summary>
    private const string Review = """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"self-call","operation":"CONNECT",
        "kind":{"group":"palisade.dev","version":"v1alpha1","kind":"ClusterNetworkPolicy"}}}
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        while (!state.SelfCallWorked && await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (serving.Context is not null && state.IsRegistered)
            {
                state.SelfCallWorked = await TryAsync(stoppingToken);
            }
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient(Handler()) { Timeout = TimeSpan.FromSeconds(5) };
            using var content = new StringContent(Review, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(
                new Uri($"https://{options.ServingNames[0]}{WebhookApplication.Path}"),
                content,
                cancellationToken
            );
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }

            LogFailed(logger, $"answered {(int)answer.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            LogFailed(logger, exception.Message);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, exception.Message);
        }

        return false;
    }

    private SocketsHttpHandler Handler() =>
        new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                // Whoever listens on any IPv6 address takes IPv4, too, and ::1 is missing where IPv6 is switched off.
                var isAny = options.BindAddress.Equals(IPAddress.IPv6Any) || options.BindAddress.Equals(IPAddress.Any);
                var address = isAny ? IPAddress.Loopback : options.BindAddress;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, ListeningPort()), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException)
                {
                    socket.Dispose();
                    throw;
                }
            },
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsTrusted },
        };

    private int ListeningPort() =>
        server
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => BindingAddress.Parse(address))
            .First(address => string.Equals(address.Scheme, "https", StringComparison.Ordinal))
            .Port;

    /// <summary>With files, the authorities are not known here; what counts then is that the handshake and the answer work.</summary>
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (state.TrustedAuthorities.Count == 0)
        {
            return true;
        }

        using var own = new X509Chain();
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(state.TrustedAuthorities.ToArray());
        return certificate is X509Certificate2 served
            && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            && own.Build(served);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The call to itself failed, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
