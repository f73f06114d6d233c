using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Tests.Client;

/// <summary>Whom the client takes for the API server, over whole TLS handshakes: a request is sent to nobody else.</summary>
public sealed class ServerTrustTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create("kubernetes");
    private readonly TestAuthority _intermediate;

    public ServerTrustTests() => _intermediate = _authority.IssueAuthority("kubernetes-intermediate");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _intermediate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("names the authority, bears its serial number")]
    [InlineData("names the authority, bears its serial number, identifier of another key")]
    [InlineData("names the authority, bears its serial number, identifier of its key")]
    [InlineData("signs itself in the authority's name")]
    [InlineData("of an imitation of the authority, which is sent along")]
    [InlineData("of an imitation of the authority, which is not sent along")]
    [InlineData("of an intermediate that is not trusted")]
    [InlineData("of an imitation of the trusted intermediate")]
    [InlineData("names an intermediate of the authority, bears its serial number")]
    [InlineData("of a server of the authority's")]
    [InlineData("expired")]
    [InlineData("not valid yet")]
    [InlineData("of a client")]
    [InlineData("of another name")]
    public async Task Get_CertificateOfNoTrustedServer_IsRefusedBeforeAnyRequest(string certificate)
    {
        var refused = await AskAsync(_authority.Pem, Refused(certificate));

        refused.Failure.ShouldNotBeNull().Message.ShouldContain("TLS: ");
        (refused.Requests, refused.Refusals).ShouldBe((0, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_OnlyAnIntermediateIsTrusted_ForgeriesInItsNameAreRefused(bool withKeyIdentifier)
    {
        var forged = _intermediate.Forge(withKeyIdentifier ? _intermediate.KeyIdentifier() : null);

        foreach (
            var sent in (X509Certificate2[][])
                [
                    [],
                    [_intermediate.Certificate],
                    [_intermediate.Certificate, _authority.Certificate],
                ]
        )
        {
            var refused = await AskAsync(_intermediate.Pem, Context(forged, sent));

            refused.Failure.ShouldNotBeNull();
            (refused.Requests, refused.Refusals).ShouldBe((0, 1));
        }
    }

    [Fact]
    public async Task Get_OnlyAnIntermediateIsTrusted_NothingElseOfItsRootIs()
    {
        var refused = await AskAsync(_intermediate.Pem, Context(_authority.Issue(), _authority.Certificate));

        refused.Failure.ShouldNotBeNull();
        refused.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Get_ServersOwnCertificateIsGiven_ItsImitationIsRefused()
    {
        using var given = TestAuthority.SelfSign("kube-apiserver");
        using var imitation = TestAuthority.SelfSign("kube-apiserver", given.SerialNumberBytes);

        var refused = await AskAsync(given.ExportCertificatePem(), Context(imitation));

        imitation.ShouldBe(given, "they have issuer and serial number in common, which is what Equals compares");
        refused.Failure.ShouldNotBeNull();
        (refused.Requests, refused.Refusals).ShouldBe((0, 1));
    }

    [Theory]
    [InlineData("of the authority")]
    [InlineData("of one authority of several")]
    [InlineData("of an intermediate that is sent along")]
    [InlineData("of an intermediate, given without its root")]
    [InlineData("of an intermediate, given without its root, which is sent along")]
    [InlineData("the server's own, signed by itself")]
    [InlineData("the server's own, signed by an authority that is not given")]
    public async Task Get_CertificateOfATrustedServer_IsAnswered(string certificate)
    {
        using var other = TestAuthority.Create("front-proxy");
        using var own = TestAuthority.SelfSign("kube-apiserver");
        using var issued = _authority.Issue();
        using var below = _intermediate.Issue();
        var (given, served) = certificate switch
        {
            "of the authority" => (_authority.Pem, Context(issued)),
            "of one authority of several" => (other.Pem + _authority.Pem, Context(issued)),
            "of an intermediate that is sent along" => (_authority.Pem, Context(below, _intermediate.Certificate)),
            "of an intermediate, given without its root" => (_intermediate.Pem, Context(below)),
            "of an intermediate, given without its root, which is sent along" => (
                _intermediate.Pem,
                Context(below, _intermediate.Certificate, _authority.Certificate)
            ),
            "the server's own, signed by itself" => (own.ExportCertificatePem(), Context(own)),
            _ => (issued.ExportCertificatePem(), Context(issued)),
        };

        var answered = await AskAsync(given, served);

        answered.Failure.ShouldBeNull();
        (answered.Requests, answered.Refusals).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Get_AuthorityInAFileIsReplaced_TheNewOneIsTrustedAndTheOldOneNoMore()
    {
        using var next = TestAuthority.Create("kubernetes");
        await using var old = Serve(Context(_authority.Issue()));
        await using var fresh = Serve(Context(next.Issue()));
        var file = Path.GetTempFileName();
        try
        {
            await WriteAsync(_authority, DateTime.UnixEpoch);
            using var toOld = Client(old, PemSource.FromFile(file));
            using var toFresh = Client(fresh, PemSource.FromFile(file));
            (await GetAsync(toOld)).ShouldBeNull();
            (await GetAsync(toFresh)).ShouldNotBeNull();

            await WriteAsync(next, DateTime.UnixEpoch.AddSeconds(1));

            (await GetAsync(toFresh)).ShouldBeNull();
            (await GetAsync(toOld)).ShouldNotBeNull();
        }
        finally
        {
            File.Delete(file);
        }

        async Task WriteAsync(TestAuthority authority, DateTime at)
        {
            await File.WriteAllTextAsync(file, authority.Pem, Token);
            File.SetLastWriteTimeUtc(file, at);
        }
    }

    private SslStreamCertificateContext Refused(string certificate)
    {
        var imitation = _authority.Imitate();
        var stranger = TestAuthority.Create("stranger");
        var strange = stranger.IssueAuthority("kubernetes-intermediate");
        var similar = _intermediate.Imitate();
        return certificate switch
        {
            "names the authority, bears its serial number" => Context(_authority.Forge(null)),
            "names the authority, bears its serial number, identifier of another key" => Context(
                _authority.Forge(stranger.KeyIdentifier())
            ),
            "names the authority, bears its serial number, identifier of its key" => Context(_authority.Forge(_authority.KeyIdentifier())),
            "signs itself in the authority's name" => Context(
                TestAuthority.SelfSign("kubernetes", _authority.Certificate.SerialNumberBytes)
            ),
            "of an imitation of the authority, which is sent along" => Context(imitation.Issue(), imitation.Certificate),
            "of an imitation of the authority, which is not sent along" => Context(imitation.Issue()),
            "of an intermediate that is not trusted" => Context(strange.Issue(), strange.Certificate),
            "of an imitation of the trusted intermediate" => Context(similar.Issue(), similar.Certificate, _intermediate.Certificate),
            "names an intermediate of the authority, bears its serial number" => Context(
                _intermediate.Forge(_intermediate.KeyIdentifier()),
                _intermediate.Certificate
            ),
            "of a server of the authority's" => OfAServer(),
            "expired" => Context(_authority.Issue(new() { NotAfter = TimeSpan.FromHours(-1) })),
            "not valid yet" => Context(_authority.Issue(new() { NotBefore = TimeSpan.FromHours(1) })),
            "of a client" => Context(_authority.Issue(new() { Purpose = TestAuthority.ClientPurpose })),
            _ => Context(_authority.Issue(new() { Names = ["kubernetes.example", "127.0.0.2"] })),
        };
    }

    // A server's certificate that issues another, which only an authority may.
    private SslStreamCertificateContext OfAServer()
    {
        var server = _authority.Issue();
        var leaf = TestAuthority.IssueFrom(server);
        return Context(leaf, server);
    }

    private static SslStreamCertificateContext Context(X509Certificate2 leaf, params X509Certificate2[] sent) =>
        SslStreamCertificateContext.Create(leaf, [.. sent], offline: true);

    private static FaultServer Serve(SslStreamCertificateContext certificate) =>
        new(exchange => exchange.RespondAsync(200, """{"metadata":{"name":"a"}}"""), certificate);

    private static KubernetesClient Client(FaultServer server, PemSource authority) =>
        new(server.Options with { CertificateAuthority = authority, Token = "secret", MaxAttempts = 1 });

    private static async Task<KubernetesException?> GetAsync(KubernetesClient client)
    {
        try
        {
            (await client.GetAsync<V1Namespace>("a", null, Token)).ShouldNotBeNull();
            return null;
        }
        catch (KubernetesException failure)
        {
            return failure;
        }
    }

    private static async Task<(KubernetesException? Failure, int Requests, int Refusals)> AskAsync(
        string authorities,
        SslStreamCertificateContext certificate
    )
    {
        await using var server = Serve(certificate);
        using var client = Client(server, PemSource.FromText(authorities));
        var failure = await GetAsync(client);
        // The client knows before the server does.
        await Eventually.TrueAsync(() => server.Refusals + server.Exchanges.Count > 0, Token);
        return (failure, server.Exchanges.Count, server.Refusals);
    }
}
