using Palisade.Webhook.Hosting;
using Palisade.Webhook.Kinds;

namespace Palisade.Webhook.Tests.Hosting;

public sealed class WebhookCommandTests
{
    [Fact]
    public async Task InvokeAsync_NoFlags_UsesTheDefaults()
    {
        var options = await ParseAsync();

        options.Port.ShouldBe(9443);
        options.HealthPort.ShouldBe(8080);
        options.ProtectGenerated.ShouldBe(ProtectionMode.Deny);
        options.ServingNames[0].ShouldBe("palisade-webhook.palisade-system.svc");
        options.EffectiveOperatorUsers.ShouldBe(["system:serviceaccount:palisade-system:palisade-operator"]);
        options.Lifetimes.ShouldBe(new());
    }

    [Fact]
    public async Task InvokeAsync_Flags_AreTaken()
    {
        var options = await ParseAsync(
            "--address=127.0.0.1",
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
    [InlineData("--port=70000", "--port must be a port from 0 (any free one) to 65535, not \"70000\"")]
    [InlineData("--port=x", "--port must be a port from 0 (any free one) to 65535, not \"x\"")]
    [InlineData("--address=here", "--address must be an IP address, not \"here\"")]
    [InlineData("--ca-lifetime=1y", "--ca-lifetime must be a duration such as 30s, 10m, 12h or 30d, not \"1y\"")]
    [InlineData("--cert-lifetime=0s", "--cert-lifetime must be a duration such as 30s, 10m, 12h or 30d, not \"0s\"")]
    [InlineData("--nonsense", "Unrecognized command or argument '--nonsense'.")]
    [InlineData("--log-format=xml", "--log-format")]
    [InlineData("--protect-generated=Maybe", "--protect-generated")]
    public async Task InvokeAsync_FaultyFlag_IsOneLineAndExitCode2(string flag, string message)
    {
        using var error = new StringWriter();

        var code = await new WebhookCommand((_, _) => throw new InvalidOperationException("must not run")).InvokeAsync([flag], error);

        code.ShouldBe(2);
        error.ToString().TrimEnd().ShouldStartWith("palisade-webhook: ");
        error.ToString().ShouldContain(message);
        error.ToString().TrimEnd().ShouldNotContain('\n');
    }

    [Fact]
    public async Task RunAsync_NoCertificateInFolder_ExitsWith2() =>
        (
            await WebhookProgram.RunAsync(Options() with { CertDirectory = "/does/not/exist" }, TestContext.Current.CancellationToken)
        ).ShouldBe(2);

    private static WebhookOptions Options() =>
        new()
        {
            Port = 0,
            HealthPort = 0,
            ImpactWarnings = false,
        };

    private static async Task<WebhookOptions> ParseAsync(params string[] flags)
    {
        WebhookOptions? parsed = null;
        var command = new WebhookCommand(
            (options, _) =>
            {
                parsed = options;
                return Task.FromResult(0);
            }
        );
        using var error = new StringWriter();

        (await command.InvokeAsync(flags, error)).ShouldBe(0, error.ToString());
        return parsed!;
    }
}
