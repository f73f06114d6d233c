using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Palisade.Hosting;

/// <summary>The flags that all servers have: the same name means the same everywhere.</summary>
/// <param name="metricsPort">Default of <c>--metrics-port</c>.</param>
public sealed class ServerFlags(int metricsPort)
{
    private readonly Option<string?> _kubeconfig = Flags.OptionalText(
        "--kubeconfig",
        "Kubeconfig to reach the API server with. Default: KUBECONFIG, else the pod's service account, else ~/.kube/config.",
        "file"
    );

    private readonly Option<string?> _context = Flags.OptionalText(
        "--context",
        "Context of the kubeconfig. Default: its current one.",
        "name"
    );

    private readonly Option<IPAddress> _bindAddress = Flags.Address("--bind-address", "Address to listen on.", IPAddress.IPv6Any);

    private readonly Option<int> _metricsPort = Flags.Port(
        "--metrics-port",
        "Port of /healthz, /readyz and /metrics, plain HTTP; 0 for any free one.",
        metricsPort
    );

    private readonly Option<LogFormat> _logFormat = Flags.Choice(
        "--log-format",
        "Form of log lines. Default: text.",
        ("text", LogFormat.Text),
        ("json", LogFormat.Json)
    );

    private readonly Option<LogLevel> _logLevel = Flags.Choice(
        "--log-level",
        "Lowest level that is logged. Default: Information.",
        [
            (nameof(LogLevel.Information), LogLevel.Information),
            .. Enum.GetValues<LogLevel>().Where(level => level is not LogLevel.Information).Select(level => (level.ToString(), level)),
        ]
    );

    /// <summary>Adds the flags to a program's command.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Option[] all = [_kubeconfig, _context, _bindAddress, _metricsPort, _logFormat, _logLevel];
        Array.ForEach(all, command.Add);
    }

    /// <summary>What the flags say.</summary>
    public ServerOptions Read(ParseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new()
        {
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
            BindAddress = result.GetRequiredValue(_bindAddress),
            MetricsPort = result.GetRequiredValue(_metricsPort),
            LogFormat = result.GetRequiredValue(_logFormat),
            LogLevel = result.GetRequiredValue(_logLevel),
        };
    }
}
