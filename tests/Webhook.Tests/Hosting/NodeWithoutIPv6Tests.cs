using Palisade.Testing;

namespace Palisade.Webhook.Tests.Hosting;

/// <summary>The program itself on a node where IPv6 is switched off, as many are: there is no ::1 to call itself by.</summary>
public sealed class NodeWithoutIPv6Tests(RunningWebhook certificates) : IClassFixture<RunningWebhook>
{
    private const string Script = """
        ip link set lo up
        echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
        "$@" &
        trap "kill $!" EXIT
        for i in $(seq 600); do
          if exec 3<>/dev/tcp/127.0.0.1/8080; then
            printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3
            read -r _ code _ <&3
            [ "$code" != 200 ] || exit 0
          fi
          sleep 0.1
        done 2>/dev/null
        exit 1
        """;

    [Fact]
    public async Task Main_NoIPv6_BecomesReady()
    {
        var webhook = Path.Combine(AppContext.BaseDirectory, "palisade-webhook.dll");
        string[] arguments = [$"--cert-dir={certificates.CertDirectory}", "--impact-warnings=false", "--log-level=Error"];

        var result = await CommandResult.OfAsync(
            "unshare",
            ["--net", "bash", "-c", Script, "bash", "dotnet", webhook, .. arguments, "--shutdown-delay=0s"],
            TestContext.Current.CancellationToken
        );

        result.ExitCode.ShouldBe(0, result.ToString());
    }
}
