using System.CommandLine;
using Palisade.Hosting;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>The command line of the webhook.</summary>
internal static class WebhookCommand
{
    private static readonly WebhookOptions Defaults = new();
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Makes the command.</summary>
    /// <param name="run">What is done with the options; gives the exit code.</param>
    public static RootCommand Create(Func<WebhookOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Admission webhook of Palisade: checks network policies before the API server stores them.");
        var server = new ServerFlags(Defaults.MetricsPort);
        server.AddTo(command);
        var serving = ServingFlags(command);
        var lifetimes = LifetimeFlags(command);
        var checking = CheckingFlags(command);
        command.SetAction(
            (result, cancellationToken) =>
                run(checking(result, serving(result, new(server.Read(result)) { Lifetimes = lifetimes(result) })), cancellationToken)
        );
        return command;
    }

    private static Func<ParseResult, WebhookOptions, WebhookOptions> ServingFlags(RootCommand command)
    {
        var port = Flags.Port("--port", "Port of the API server's calls, HTTPS; 0 for any free one.", Defaults.Port);
        var certDirectory = Flags.OptionalText(
            "--cert-dir",
            "Directory with tls.crt and tls.key, read again when they change. Without it certificates are self-managed.",
            "directory"
        );
        var ownNamespace = Flags.Namespace("Namespace that the webhook runs in.", Defaults.Namespace);
        var serviceName = Flags.Text("--service-name", "Service through which the API server calls.", Defaults.ServiceName);
        var dnsNames = Repeated("--dns-name", "One more name or address in the self-managed certificate; may be repeated.");
        var secretName = Flags.Text("--secret-name", "Secret that holds the self-managed authority.", Defaults.SecretName);
        var configurationName = Flags.Text(
            "--configuration-name",
            "ValidatingWebhookConfiguration to put the authority into.",
            Defaults.ConfigurationName
        );
        var shutdownDelay = Flags.Duration(
            "--shutdown-delay",
            "How long calls are still served after SIGTERM.",
            Defaults.ShutdownDelay,
            TimeSpan.Zero,
            TimeSpan.FromHours(1)
        );
        Option[] all = [port, certDirectory, ownNamespace, serviceName, dnsNames, secretName, configurationName, shutdownDelay];
        Array.ForEach(all, command.Add);
        return (result, options) =>
            options with
            {
                Port = result.GetRequiredValue(port),
                CertDirectory = result.GetValue(certDirectory),
                Namespace = result.GetRequiredValue(ownNamespace),
                ServiceName = result.GetRequiredValue(serviceName),
                DnsNames = result.GetRequiredValue(dnsNames),
                SecretName = result.GetRequiredValue(secretName),
                ConfigurationName = result.GetRequiredValue(configurationName),
                ShutdownDelay = result.GetRequiredValue(shutdownDelay),
            };
    }

    private static Func<ParseResult, CertificateLifetimes> LifetimeFlags(RootCommand command)
    {
        var authority = Flags.Duration(
            "--ca-lifetime",
            "Life of the self-managed authority.",
            Defaults.Lifetimes.Authority,
            Shortest,
            Longest
        );
        var leaf = Flags.Duration(
            "--cert-lifetime",
            "Life of the self-managed serving certificate.",
            Defaults.Lifetimes.Leaf,
            Shortest,
            Longest
        );
        command.Add(authority);
        command.Add(leaf);
        return result => CertificateLifetimes.From(result.GetRequiredValue(authority), result.GetRequiredValue(leaf));
    }

    private static Func<ParseResult, WebhookOptions, WebhookOptions> CheckingFlags(RootCommand command)
    {
        var protectGenerated = Flags.Choice(
            "--protect-generated",
            "What happens when somebody but the operator changes a stamped NetworkPolicy. Default: Deny.",
            ("Deny", ProtectionMode.Deny),
            ("Warn", ProtectionMode.Warn),
            ("Off", ProtectionMode.Off)
        );
        var operatorUsers = Repeated(
            "--operator-user",
            "User that the operator runs as; may be repeated. Its service account in --namespace when not given."
        );
        var strict = new Option<bool>("--strict-network-policies")
        {
            Description =
                "Refuse in plain NetworkPolicies what the API server takes but is most likely wrong, such as host bits in a CIDR.",
        };
        var impactWarnings = new Option<bool>("--impact-warnings")
        {
            Description = "Warn of what a policy would do in this cluster now (watches namespaces, pods and policies).",
            DefaultValueFactory = _ => Defaults.ImpactWarnings,
        };
        var impactMaxObjects = Flags.Number(
            "--impact-max-objects",
            "Namespaces, pods and NetworkPolicies that are held at most for those warnings; beyond it they are left out.",
            Defaults.ImpactMaxObjects,
            1
        );
        Option[] all = [protectGenerated, operatorUsers, strict, impactWarnings, impactMaxObjects];
        Array.ForEach(all, command.Add);
        return (result, options) =>
            options with
            {
                ProtectGenerated = result.GetRequiredValue(protectGenerated),
                OperatorUsers = result.GetRequiredValue(operatorUsers),
                StrictNetworkPolicies = result.GetValue(strict),
                ImpactWarnings = result.GetRequiredValue(impactWarnings),
                ImpactMaxObjects = result.GetRequiredValue(impactMaxObjects),
            };
    }

    private static Option<string[]> Repeated(string name, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => [] };
}
