using System.Globalization;
using System.Net;
using System.Net.Security;

namespace Palisade.Testing;

/// <summary>
/// A server that answers in the API server's place, and the kubeconfig of a program that is made to call it. Either its certificate is of the
/// authority in the kubeconfig, or it merely says so: issuer and serial number are the authority's, the signature is not.
/// </summary>
public sealed class ImpostorApiServer : IAsyncDisposable
{
    private const string Token = "secret-token";
    private readonly FaultServer _server;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-impostor-");

    /// <summary>Begins to listen on a free port.</summary>
    /// <param name="isForged">Whether the certificate is forged.</param>
    /// <param name="address">Address that the program reaches it by.</param>
    public ImpostorApiServer(bool isForged, string address = "127.0.0.1")
    {
        using var authority = TestAuthority.Create("kubernetes");
        using var stranger = TestAuthority.Create("stranger");
        var certificate = isForged ? authority.Forge(stranger.KeyIdentifier()) : authority.Issue();
        _server = new FaultServer(
            exchange => exchange.RefuseAsync(401, "Unauthorized"),
            SslStreamCertificateContext.Create(certificate, [], offline: true),
            IPAddress.Any
        );
        var server = string.Create(CultureInfo.InvariantCulture, $"https://{address}:{_server.Port}");
        File.WriteAllText(Path.Combine(_directory.FullName, "ca.crt"), authority.Pem);
        File.WriteAllText(
            KubeConfig,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{server}}", certificate-authority: ca.crt} }]
            users: [{name: u, user: {token: {{Token}}} }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            current-context: x
            """
        );
    }

    /// <summary>Path of the kubeconfig.</summary>
    public string KubeConfig => Path.Combine(_directory.FullName, "kubeconfig");

    /// <summary>
    /// Waits until the program has tried several times, and tells whether it gave its token away. One that trusts nobody falsely never does, for it
    /// breaks off each connection before it asks for anything.
    /// </summary>
    public async Task<bool> GotTokenAsync(CancellationToken cancellationToken, int tries = 3)
    {
        await Eventually.TrueAsync(() => _server.Refusals >= tries || _server.Exchanges.Count > 0, cancellationToken);
        return _server.Exchanges.Any(exchange => exchange.Headers.GetValueOrDefault("Authorization") == $"Bearer {Token}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
