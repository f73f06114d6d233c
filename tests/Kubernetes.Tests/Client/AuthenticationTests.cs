using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Authentication;

namespace Palisade.Kubernetes.Tests.Client;

/// <summary>The ways to show who one is, and to know whom one speaks to, against the real API server.</summary>
public sealed class AuthenticationTests(ApiServerFixture server) : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("palisade-auth-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task TokenFile_RotatedAfterARefusal_IsReadAgainAtOnce()
    {
        var file = Write("token", "wrong");
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, TokenFile = file });
        var refused = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));
        refused.Reason.ShouldBe(StatusReasons.Unauthorized);

        Write("token", "admin-token\n");

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task TokenFile_RotatedWhileTheOldOneHolds_IsUsedWithinSeconds()
    {
        var file = Write("token", "first");
        var clock = new ManualTimeProvider();
        await using var faults = new FaultServer(exchange => exchange.RespondAsync(200, """{"metadata":{"name":"a"}}"""));
        using var client = new KubernetesClient(faults.Options with { TokenFile = file }, null, clock);
        await client.GetAsync<V1Namespace>("a", null, Token);
        Write("token", "second");

        await client.GetAsync<V1Namespace>("a", null, Token);
        clock.Advance(TimeSpan.FromSeconds(11));
        await client.GetAsync<V1Namespace>("a", null, Token);

        faults.Exchanges.Select(exchange => exchange.Headers["Authorization"]).ShouldBe(["Bearer first", "Bearer first", "Bearer second"]);
    }

    [Fact]
    public async Task TokenFile_Absent_IsUnauthorizedWithItsPath()
    {
        var file = Path.Combine(_home, "absent");
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, TokenFile = file });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Unauthorized);
        failure.Message.ShouldStartWith($"cannot read the token file {file}: ");
    }

    [Fact]
    public async Task ClientCertificate_SignedByTheClusters_IsAdmin()
    {
        var (certificate, key) = Sign("CN=someone, O=system:masters");
        var options = server.ClientOptions with
        {
            Token = null,
            ClientCertificate = PemSource.FromFile(Write("me.crt", certificate)),
            ClientKey = PemSource.FromText(key),
        };
        using var client = new KubernetesClient(options);

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ClientCertificate_WithoutRights_IsForbiddenUnderItsName()
    {
        var (certificate, key) = Sign("CN=nobody-special");
        var options = server.ClientOptions with
        {
            Token = null,
            ClientCertificate = PemSource.FromText(certificate),
            ClientKey = PemSource.FromText(key),
        };
        using var client = new KubernetesClient(options);

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Forbidden);
        failure.Message.ShouldContain("nobody-special");
    }

    [Fact]
    public async Task ClientCertificate_ThatIsNone_IsOneClearFailure()
    {
        var options = server.ClientOptions with
        {
            Token = null,
            ClientCertificate = PemSource.FromText("no certificate"),
            ClientKey = PemSource.FromText("no key"),
            MaxAttempts = 1,
        };
        using var client = new KubernetesClient(options);

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Unreachable);
        failure.Message.ShouldContain("PEM");
    }

    [Fact]
    public async Task CertificateAuthority_GivenAsText_IsTrusted()
    {
        var options = server.ClientOptions with
        {
            CertificateAuthority = PemSource.FromText(server.ClientOptions.CertificateAuthority!.Read()),
        };
        using var client = new KubernetesClient(options);

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task CertificateAuthority_Another_IsUnreachableBecauseOfTls()
    {
        var other = PemSource.FromFile(Path.Combine(server.Directory, "pki", "client-ca.crt"));
        using var client = new KubernetesClient(server.ClientOptions with { CertificateAuthority = other, MaxAttempts = 1 });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Unreachable);
        failure.Message.ShouldContain("TLS: ");
        failure.Message.ShouldContain("certificate");
    }

    [Fact]
    public async Task CertificateAuthority_OfTheSystem_DoesNotTrustTheCluster()
    {
        using var client = new KubernetesClient(server.ClientOptions with { CertificateAuthority = null, MaxAttempts = 1 });

        (await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token))).Message.ShouldContain(
            "TLS: "
        );
    }

    [Fact]
    public async Task TlsServerName_ThatIsNotInTheCertificate_IsRefusedAndOneThatIsWorks()
    {
        using var wrong = new KubernetesClient(server.ClientOptions with { TlsServerName = "example.com", MaxAttempts = 1 });
        using var right = new KubernetesClient(server.ClientOptions with { TlsServerName = "kubernetes.default.svc" });

        await Should.ThrowAsync<KubernetesException>(() => wrong.GetAsync<V1Namespace>("default", null, Token));
        (await right.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task SkipTlsVerify_AskedFor_SpeaksWithAnyServer()
    {
        using var client = new KubernetesClient(server.ClientOptions with { CertificateAuthority = null, SkipTlsVerify = true });

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ExecPlugin_GivesAToken_IsRunOnceAndToldAboutTheCluster()
    {
        var plugin = Plugin(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"admin-token"}}"""
        );
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = plugin });

        await client.GetAsync<V1Namespace>("default", null, Token);
        await client.GetAsync<V1Namespace>("default", null, Token);

        var told = (await File.ReadAllLinesAsync(Path.Combine(_home, "told"), Token)).ShouldHaveSingleItem();
        told.ShouldContain($"\"server\":\"{server.ClientOptions.Server.OriginalString}\"");
        told.ShouldContain("\"interactive\":false");
        told.ShouldContain("value a b");
    }

    [Fact]
    public async Task ExecPlugin_GivesACertificate_IsUsedForTls()
    {
        var (certificate, key) = Sign("CN=plugged, O=system:masters");
        var status = $$"""{"clientCertificateData":"{{Json(certificate)}}","clientKeyData":"{{Json(key)}}"}""";
        var plugin = Plugin($$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{status}}}""");
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = plugin });

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ExecPlugin_ExpiredOrRefused_IsRunAgain()
    {
        var clock = new ManualTimeProvider();
        var expiration = (clock.GetUtcNow() + TimeSpan.FromMinutes(5)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var status = $$"""{"token":"admin-token","expirationTimestamp":"{{expiration}}"}""";
        var plugin = Plugin($$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{status}}}""");
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = plugin }, null, clock);
        await client.GetAsync<V1Namespace>("default", null, Token);

        clock.Advance(TimeSpan.FromMinutes(6));
        await client.GetAsync<V1Namespace>("default", null, Token);

        (await File.ReadAllLinesAsync(Path.Combine(_home, "told"), Token)).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("nonsense", "did not answer with an ExecCredential: ")]
    [InlineData("""{"apiVersion":"v1","kind":"Pod"}""", "did not answer with an ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}""", "answered without a status")]
    [InlineData(
        """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}""",
        "gave neither a token nor a client certificate"
    )]
    public async Task ExecPlugin_FaultyAnswer_IsUnauthorizedAndSaysWhat(string answer, string message)
    {
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = Plugin(answer) });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Unauthorized);
        failure.IsTransient.ShouldBeFalse();
        failure.Message.ShouldContain(message);
        (await File.ReadAllLinesAsync(Path.Combine(_home, "told"), Token)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task ExecPlugin_Absent_SaysHowToInstallIt()
    {
        var plugin = new ExecPluginOptions
        {
            ApiVersion = "client.authentication.k8s.io/v1",
            Command = "/absent/login",
            InstallHint = "apt-get install login",
        };
        using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = plugin });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Message.ShouldStartWith("the credential plugin /absent/login cannot be run: ");
        failure.Message.ShouldEndWith("(apt-get install login)");
    }

    [Fact]
    public async Task ExecPlugin_ProgramOfTheCurrentFolder_IsNotRun()
    {
        var name = $"login-{Guid.NewGuid():N}";
        var program = Path.Combine(Environment.CurrentDirectory, name);
        await File.WriteAllTextAsync(program, "#!/bin/sh\nexit 1\n", Token);
        await CommandResult.OfAsync("chmod", ["+x", program], Token);
        try
        {
            var plugin = new ExecPluginOptions { ApiVersion = "client.authentication.k8s.io/v1", Command = name };
            using var client = new KubernetesClient(server.ClientOptions with { Token = null, ExecPlugin = plugin });

            var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

            failure.Message.ShouldBe($"the credential plugin {name} cannot be run: {name} is in no directory of the PATH");
        }
        finally
        {
            File.Delete(program);
        }
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.1", true)]
    [InlineData("1.3.6.1.5.5.7.3.2", false)]
    public void CertificateAuthority_SignedAClient_DoesNotMakeItAServer(string usage, bool trusted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.Parse("2020-01-01T00:00:00Z", CultureInfo.InvariantCulture);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now, now.AddYears(100));
        request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var leaf = request.Create(authority, now, now.AddYears(99), [1]);
        var trust = new ServerTrust(PemSource.FromText(authority.ExportCertificatePem()));

        trust.Accepts(leaf, presented: null, SslPolicyErrors.None).ShouldBe(trusted);
    }

    private static string Json(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal);

    private (string Certificate, string Key) Sign(string subject)
    {
        using var authority = X509Certificate2.CreateFromPemFile(Pki("client-ca.crt"), Pki("client-ca.key"));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(
            authority,
            new DateTimeOffset(authority.NotBefore),
            new DateTimeOffset(authority.NotAfter),
            [1, 2, 3]
        );
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private string Pki(string name) => Path.Combine(server.Directory, "pki", name);

    private ExecPluginOptions Plugin(string answer)
    {
        var program = Write("plugin", $"echo \"$KUBERNETES_EXEC_INFO $VARIABLE $*\" >>{_home}/told\ncat {Write("answer", answer)}\n");
        return new ExecPluginOptions
        {
            ApiVersion = "client.authentication.k8s.io/v1",
            Command = "sh",
            Arguments = [program, "a", "b"],
            Environment = new Dictionary<string, string> { ["VARIABLE"] = "value" },
            ProvideClusterInfo = true,
        };
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_home, name);
        File.WriteAllText(path, text);
        return path;
    }
}
