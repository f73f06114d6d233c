using System.Net.Security;
using System.Net.Sockets;
using Palisade.Testing;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Certificates;

public sealed class CertificateFilesTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    [Fact]
    public async Task Serve_FilesAreReplaced_NewConnectionsGetTheNewCertificate()
    {
        var before = await ServedAsync();

        await webhook.WriteLeafAsync();

        await Eventually.TrueAsync(async () => await ServedAsync() != before, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Serve_MountedSecretIsReplacedAgainAndAgain_NotOneCallFails()
    {
        var last = await ServedAsync();
        for (var rotation = 0; rotation < 5; rotation++)
        {
            await webhook.WriteLeafAsync();
            await Eventually.TrueAsync(
                async () =>
                {
                    await ReviewOverNewConnectionAsync();
                    return await ServedAsync() != last;
                },
                TestContext.Current.CancellationToken
            );
            last = await ServedAsync();
        }
    }

    [Fact]
    public async Task Serve_FilesAreBroken_KeepsTheCertificate()
    {
        var before = await ServedAsync();
        await File.WriteAllTextAsync(Path.Combine(webhook.CertDirectory, "tls.crt"), "half", TestContext.Current.CancellationToken);

        var files = new CertificateFiles(webhook.CertDirectory);
        Should.Throw<CertificateFileException>(files.ReadIfChanged).Message.ShouldContain("are not a PEM certificate and its key");
        (await ServedAsync()).ShouldBe(before);
        await webhook.WriteLeafAsync();
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

    private async Task ReviewOverNewConnectionAsync()
    {
        using var client = new HttpClient(webhook.Trusting());
        using var content = new ByteArrayContent(Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":{}}""").Bytes());
        content.Headers.ContentType = new("application/json");
        var address = new Uri(webhook.Address("https"), WebhookApplication.Path);
        using var answer = await client.PostAsync(address, content, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
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
