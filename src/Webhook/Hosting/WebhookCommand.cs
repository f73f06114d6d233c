using System.CommandLine;
using System.Globalization;
using System.Net;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Kinds;

namespace Palisade.Webhook.Hosting;

/// <summary>Reads the command line.</summary>
internal sealed class WebhookCommand
{
    private static readonly WebhookOptions Defaults = new();

    private readonly Option<IPAddress> _address = new("--address")
    {
        Description = "address to listen on",
        DefaultValueFactory = _ => Defaults.Address,
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
            {
                return address;
            }

            result.AddError($"--address must be an IP address, not \"{result.Tokens[0].Value}\"");
            return null;
        },
    };

    private readonly Option<int> _port = Port("--port", "port of the API server's calls, HTTPS", Defaults.Port);
    private readonly Option<int> _healthPort = Port(
        "--health-port",
        "port of /healthz, /readyz and /metrics, plain HTTP",
        Defaults.HealthPort
    );

    private readonly Option<string?> _certDirectory = new("--cert-dir")
    {
        Description = "folder with tls.crt and tls.key, read again when they change; without it certificates are self-managed",
    };

    private readonly Option<string> _namespace = new("--namespace")
    {
        Description = "namespace that the webhook runs in",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? Defaults.Namespace,
    };

    private readonly Option<string> _serviceName = Text(
        "--service-name",
        "Service through which the API server calls",
        Defaults.ServiceName
    );

    private readonly Option<string[]> _dnsNames = new("--dns-name")
    {
        Description = "one more name or address in the self-managed certificate; may be repeated",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _secretName = Text(
        "--secret-name",
        "Secret that holds the self-managed authority",
        Defaults.SecretName
    );

    private readonly Option<string> _configurationName = Text(
        "--configuration-name",
        "ValidatingWebhookConfiguration to put the authority into",
        Defaults.ConfigurationName
    );

    private readonly Option<TimeSpan> _authorityLifetime = Duration(
        "--ca-lifetime",
        "life of the self-managed authority",
        Defaults.Lifetimes.Authority
    );

    private readonly Option<TimeSpan> _leafLifetime = Duration(
        "--cert-lifetime",
        "life of the self-managed serving certificate",
        Defaults.Lifetimes.Leaf
    );

    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "kubeconfig file" };
    private readonly Option<string?> _context = new("--context") { Description = "context of the kubeconfig" };

    private readonly Option<ProtectionMode> _protectGenerated = new("--protect-generated")
    {
        Description = "what happens when somebody but the operator changes a stamped NetworkPolicy",
        DefaultValueFactory = _ => Defaults.ProtectGenerated,
    };

    private readonly Option<string[]> _operatorUsers = new("--operator-user")
    {
        Description = "user that the operator runs as; may be repeated; its service account in --namespace when not given",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _strict = new("--strict-network-policies")
    {
        Description = "refuse in plain NetworkPolicies what the API server takes but is most likely wrong, such as host bits in a CIDR",
    };

    private readonly Option<bool> _impactWarnings = new("--impact-warnings")
    {
        Description = "warn of what a policy would do in this cluster now (watches namespaces, pods and policies)",
        DefaultValueFactory = _ => Defaults.ImpactWarnings,
    };

    private readonly Option<int> _impactMaxObjects = Positive(
        "--impact-max-objects",
        "namespaces, pods and NetworkPolicies that are held at most for those warnings; beyond it they are left out",
        Defaults.ImpactMaxObjects
    );

    private readonly Option<LogFormat> _logFormat = new("--log-format")
    {
        Description = "form of log lines",
        DefaultValueFactory = _ => LogFormat.Text,
    };

    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "least level that is logged",
        DefaultValueFactory = _ => Defaults.LogLevel,
    };

    private readonly Option<TimeSpan> _shutdownDelay = Duration(
        "--shutdown-delay",
        "how long calls are still served after SIGTERM",
        Defaults.ShutdownDelay,
        mayBeZero: true
    );

    private readonly RootCommand _root;

    /// <summary>Makes the command.</summary>
    /// <param name="run">What to do with the options; gives the exit code.</param>
    public WebhookCommand(Func<WebhookOptions, CancellationToken, Task<int>> run)
    {
        _root = new RootCommand("Admission webhook of Palisade: checks network policies before the API server stores them.")
        {
            _address,
            _port,
            _healthPort,
            _certDirectory,
            _namespace,
            _serviceName,
            _dnsNames,
            _secretName,
            _configurationName,
            _authorityLifetime,
            _leafLifetime,
            _kubeconfig,
            _context,
            _protectGenerated,
            _operatorUsers,
            _strict,
            _impactWarnings,
            _impactMaxObjects,
            _logFormat,
            _logLevel,
            _shutdownDelay,
        };
        _root.SetAction((result, cancellationToken) => run(ToOptions(result), cancellationToken));
    }

    /// <summary>Runs the program; faulty flags are one line on standard error and exit code 2.</summary>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, TextWriter error)
    {
        var result = _root.Parse(arguments);
        if (result.Errors is [var first, ..])
        {
            await error.WriteLineAsync($"palisade-webhook: {first.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Usage;
        }

        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private WebhookOptions ToOptions(ParseResult result) =>
        new()
        {
            Address = result.GetRequiredValue(_address),
            Port = result.GetRequiredValue(_port),
            HealthPort = result.GetRequiredValue(_healthPort),
            CertDirectory = result.GetValue(_certDirectory),
            Namespace = result.GetRequiredValue(_namespace),
            ServiceName = result.GetRequiredValue(_serviceName),
            DnsNames = result.GetRequiredValue(_dnsNames),
            SecretName = result.GetRequiredValue(_secretName),
            ConfigurationName = result.GetRequiredValue(_configurationName),
            Lifetimes = CertificateLifetimes.Of(result.GetRequiredValue(_authorityLifetime), result.GetRequiredValue(_leafLifetime)),
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
            ProtectGenerated = result.GetRequiredValue(_protectGenerated),
            OperatorUsers = result.GetRequiredValue(_operatorUsers),
            StrictNetworkPolicies = result.GetValue(_strict),
            ImpactWarnings = result.GetRequiredValue(_impactWarnings),
            ImpactMaxObjects = result.GetRequiredValue(_impactMaxObjects),
            LogFormat = result.GetRequiredValue(_logFormat),
            LogLevel = result.GetRequiredValue(_logLevel),
            ShutdownDelay = result.GetRequiredValue(_shutdownDelay),
        };

    private static Option<string> Text(string name, string description, string value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<int> Port(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(ushort.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                result.AddError($"{name} must be a port from 0 (any free one) to 65535, not \"{token.Value}\"");
            }
        });
        return option;
    }

    private static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [var token]
                && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            )
            {
                result.AddError($"{name} must be a whole number from 1, not \"{token.Value}\"");
            }
        });
        return option;
    }

    private static Option<TimeSpan> Duration(string name, string description, TimeSpan value, bool mayBeZero = false) =>
        new(name)
        {
            Description = $"{description}, such as 30s, 10m, 12h or 30d",
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                if (DurationText.TryParse(result.Tokens[0].Value, out var duration) && (mayBeZero || duration > TimeSpan.Zero))
                {
                    return duration;
                }

                result.AddError($"{name} must be a duration such as 30s, 10m, 12h or 30d, not \"{result.Tokens[0].Value}\"");
                return default;
            },
        };
}
