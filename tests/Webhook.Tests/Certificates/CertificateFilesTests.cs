using System.Net.Security;
using System.Net.Sockets;
using Palisade.Testing;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Tests.Certificates;

public sealed class CertificateFilesTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    [Fact]
    public async Task Serve_FilesAreReplaced_NewConnectionsGetTheNewCertificate()
    {
        var before = await ServedAsync();

        webhook.WriteLeaf();

        await Eventually.TrueAsync(async () => await ServedAsync() != before, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Serve_FilesAreBroken_KeepsTheCertificate()
    {
        var before = await ServedAsync();
        File.WriteAllText(Path.Combine(webhook.CertDirectory, "tls.crt"), "half");

        var files = new CertificateFiles(webhook.CertDirectory);
        Should.Throw<CertificateFileException>(files.ReadIfChanged).Message.ShouldContain("are not a PEM certificate and its key");
        (await ServedAsync()).ShouldBe(before);
        webhook.WriteLeaf();
    }

    [Fact]
    public void ReadIfChanged_NoFiles_SaysWhich()
    {
        var files = new CertificateFiles("/does/not/exist");

        Should.Throw<CertificateFileException>(files.ReadIfChanged).Message.ShouldContain("/does/not/exist");
    }

    [Fact]
    public void ReadIfChanged_Unchanged_IsNull()
    {
        var files = new CertificateFiles(webhook.CertDirectory);
        files.ReadIfChanged().ShouldNotBeNull();

        files.ReadIfChanged().ShouldBeNull();
    }

    private async Task<string> ServedAsync()
    {
        using var socket = new TcpClient();
        var address = webhook.Address("https");
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        using var trust = webhook.Trusting();
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            CertificateChainPolicy = trust.SslOptions.CertificateChainPolicy,
        };
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return tls.RemoteCertificate!.GetCertHashString();
    }
}
