using System.Net;
using Palisade.Agent.Options;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Netfilter;

namespace Palisade.Agent.Tests.Options;

public sealed class AgentCommandTests
{
    private AgentOptions? _read;

    [Fact]
    public async Task Invoke_NodeNameAlone_HasTheDefaults()
    {
        (await RunAsync("--node-name", "node-1")).ShouldBe((7, ""));

        _read.ShouldBe(
            new AgentOptions
            {
                Mode = AgentMode.Run,
                NodeName = "node-1",
                DenyAction = DenyAction.Reject,
                Backend = null,
                BindAddress = IPAddress.IPv6Any,
                MetricsPort = 9440,
                VerifyInterval = TimeSpan.FromSeconds(10),
                LogFormat = LogFormat.Text,
            }
        );
    }

    // As the DaemonSet does it. Tests of one class run one after the other, so no other sees the variable.
    [Fact]
    public async Task Invoke_NodeNameInTheEnvironment_IsTaken()
    {
        Environment.SetEnvironmentVariable("NODE_NAME", "node-2");
        try
        {
            (await RunAsync()).ShouldBe((7, ""));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NODE_NAME", null);
        }

        _read.ShouldNotBeNull().NodeName.ShouldBe("node-2");
    }

    [Fact]
    public async Task Invoke_EveryFlag_IsRead()
    {
        string[] flags =
        [
            "--node-name=n",
            "--kubeconfig=/k",
            "--context=c",
            "--deny-action=drop",
            "--unknown-pods=allow",
            "--log-denials",
            "--backend=legacy",
            "--bind-address=127.0.0.1",
            "--metrics-port=0",
            "--verify-interval=500ms",
            "--log-format=json",
            "--set-bridge-nf",
            "--dry-run",
        ];

        (await RunAsync(flags)).ShouldBe((7, ""));

        _read.ShouldBe(
            new AgentOptions
            {
                Mode = AgentMode.DryRun,
                NodeName = "n",
                Kubeconfig = "/k",
                Context = "c",
                DenyAction = DenyAction.Drop,
                UnknownPods = UnknownPods.Allow,
                LogDenials = true,
                Backend = NetfilterBackend.Legacy,
                BindAddress = IPAddress.Loopback,
                MetricsPort = 0,
                VerifyInterval = TimeSpan.FromMilliseconds(500),
                LogFormat = LogFormat.Json,
                SetBridgeNetfilter = true,
            }
        );
    }

    [Fact]
    public async Task Invoke_Cleanup_NeedsNoNodeName()
    {
        (await RunAsync("--cleanup")).ExitCode.ShouldBe(7);

        _read.ShouldNotBeNull().Mode.ShouldBe(AgentMode.Cleanup);
    }

    [Theory]
    [InlineData("The name of this node is missing: give --node-name, or set NODE_NAME.")]
    [InlineData("Unrecognized command or argument '--nope'.", "--node-name=n", "--nope")]
    [InlineData("--backend cannot be \"1\": it must be one of Auto, Legacy, Nft.", "--node-name=n", "--backend=1")]
    [InlineData("--deny-action cannot be \"deny\": it must be one of Reject, Drop.", "--node-name=n", "--deny-action=deny")]
    [InlineData("--metrics-port cannot be \"70000\": it must be a number from 0 to 65535.", "--node-name=n", "--metrics-port=70000")]
    [InlineData(
        "--verify-interval cannot be \"10\": it must be from 100ms to 1d, as digits and ms, s, m, h or d, such as 10s.",
        "--node-name=n",
        "--verify-interval=10"
    )]
    [InlineData(
        "--bind-address cannot be \"localhost\": it must be an IPv4 or IPv6 address, such as 0.0.0.0 or ::.",
        "--node-name=n",
        "--bind-address=localhost"
    )]
    [InlineData("--once, --dry-run and --cleanup exclude each other.", "--node-name=n", "--once", "--cleanup")]
    public async Task Invoke_InvalidFlag_IsOneLineAndExitCode2(string message, params string[] arguments)
    {
        (await RunAsync(arguments)).ShouldBe((2, $"palisade-agent: {message} See palisade-agent --help.{Environment.NewLine}"));

        _read.ShouldBeNull();
    }

    private async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        await using var error = new StringWriter();
        var command = AgentCommand.Create(
            (options, _) =>
            {
                _read = options;
                return Task.FromResult(7);
            }
        );
        var code = await ServerProgram.RunAsync("palisade-agent", command, arguments, error, null, TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }
}
