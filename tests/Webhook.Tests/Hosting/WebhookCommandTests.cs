using Palisade.Hosting;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Hosting;

public sealed class WebhookCommandTests
{
    [Fact]
    public async Task Create_NoFlags_UsesTheDefaults()
    {
        var options = await ParseAsync();

        options.Port.ShouldBe(9443);
        options.MetricsPort.ShouldBe(8080);
        options.ProtectGenerated.ShouldBe(ProtectionMode.Deny);
        options.ServingNames[0].ShouldBe("palisade-webhook.palisade-system.svc");
        options.EffectiveOperatorUsers.ShouldBe(["system:serviceaccount:palisade-system:palisade-operator"]);
        options.Lifetimes.ShouldBe(new());
    }

    [Fact]
    public async Task Create_Flags_AreTaken()
    {
        var options = await ParseAsync(
            "--bind-address=127.0.0.1",
            "--port=0",
            "--cert-dir=/certs",
            "--protect-generated=Warn",
            "--operator-user=a",
            "--operator-user=b",
            "--ca-lifetime=90d",
            "--cert-lifetime=12h",
            "--impact-warnings=false",
            "--log-format=json",
            "--strict-network-policies",
            "--shutdown-delay=0s"
        );

        options.Port.ShouldBe(0);
        options.CertDirectory.ShouldBe("/certs");
        options.ProtectGenerated.ShouldBe(ProtectionMode.Warn);
        options.EffectiveOperatorUsers.ShouldBe(["a", "b"]);
        options.Lifetimes.Authority.ShouldBe(TimeSpan.FromDays(90));
        options.Lifetimes.Leaf.ShouldBe(TimeSpan.FromHours(12));
        options.ImpactWarnings.ShouldBeFalse();
        options.LogFormat.ShouldBe(LogFormat.Json);
        options.StrictNetworkPolicies.ShouldBeTrue();
        options.ShutdownDelay.ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("--port=70000", "--port cannot be \"70000\": it must be a number from 0 to 65535.")]
    [InlineData("--port=x", "--port cannot be \"x\": it must be a number from 0 to 65535.")]
    [InlineData("--bind-address=here", "--bind-address cannot be \"here\": it must be an IPv4 or IPv6 address, such as 0.0.0.0 or ::.")]
    [InlineData(
        "--ca-lifetime=1y",
        "--ca-lifetime cannot be \"1y\": it must be from 1s to 3650d, as digits and ms, s, m, h or d, such as 10s."
    )]
    [InlineData(
        "--cert-lifetime=0s",
        "--cert-lifetime cannot be \"0s\": it must be from 1s to 3650d, as digits and ms, s, m, h or d, such as 10s."
    )]
    [InlineData("--nonsense", "Unrecognized command or argument '--nonsense'.")]
    [InlineData("--log-format=xml", "--log-format")]
    [InlineData("--protect-generated=Maybe", "--protect-generated")]
    public async Task RunAsync_InvalidFlag_IsOneLineAndExitCode2(string flag, string message)
    {
        var (code, error) = await RunAsync((_, _) => throw new InvalidOperationException("must not run"), flag);

        code.ShouldBe(ExitCodes.BadInput);
        error.TrimEnd().ShouldStartWith("palisade-webhook: ");
        error.ShouldContain(message);
        error.TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public async Task RunAsync_NoCertificateInFolder_ExitsWith2() =>
        (
            await RunAsync(WebhookProgram.RunAsync, "--cert-dir=/does/not/exist", "--port=0", "--metrics-port=0", "--impact-warnings=false")
        ).ExitCode.ShouldBe(ExitCodes.BadInput);

    private static async Task<WebhookOptions> ParseAsync(params string[] flags)
    {
        WebhookOptions? parsed = null;

        var (code, error) = await RunAsync(
            (options, _) =>
            {
                parsed = options;
                return Task.FromResult(0);
            },
            flags
        );

        code.ShouldBe(0, error);
        return parsed!;
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(
        Func<WebhookOptions, CancellationToken, Task<int>> run,
        params string[] flags
    )
    {
        await using var error = new StringWriter();
        var code = await ServerProgram.RunAsync(
            "palisade-webhook",
            WebhookCommand.Create(run),
            flags,
            error,
            WebhookProgram.ExitCode,
            TestContext.Current.CancellationToken
        );
        return (code, error.ToString());
    }
}
