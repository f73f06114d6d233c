using System.CommandLine;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Cli.Output;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Lint;

/// <summary><c>lint</c>: finds mistakes in policies.</summary>
internal static class LintCommand
{
    private const string Description = """
        Find mistakes in NetworkPolicies, ClusterNetworkPolicies and DefaultDenyProfiles: all that the webhook refuses or warns of, with
        file, line and column of the very field. All documents are seen together; documents of other kinds are passed over.

        Exit code: 0 when nothing is found (or less than --fail-on), 1 for findings, 2 when a document cannot be read.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create(CliConsole console)
    {
        var command = new Command("lint", HelpText.Format(Description, "kubectl palisade lint -f config/samples/shop"));
        var input = InputOptions.AddTo(command);
        var output = OutputFormat.CreateOption(
            OutputFormat.Table,
            OutputFormat.Json,
            OutputFormat.Sarif,
            OutputFormat.JUnit,
            OutputFormat.GitHub
        );
        var failOn = Choice.CreateOption("--fail-on", "Exit with 1 for errors only, or for warnings too.", "error", "warning");
        var strict = new Option<bool>("--strict")
        {
            Description =
                "Hold NetworkPolicies to what the webhook refuses in the custom resources, not only to what the API server refuses.",
        };
        command.Options.Add(output);
        command.Options.Add(failOn);
        command.Options.Add(strict);
        var version = KubernetesVersionOption.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var selection = input.Read(parsed);
                var manifests = await ManifestInput.ReadUncheckedAsync(selection, console, cancellationToken);
                using var bar = ProgressBar.Start(console, "checking");
                var options = new ValidationOptions
                {
                    StrictNetworkPolicies = parsed.GetValue(strict),
                    KubernetesVersion = KubernetesVersionOption.Choose(parsed.GetValue(version), manifests),
                };
                var report = Linter.Lint(manifests, selection.IsLive, options, Selection(selection, manifests), bar);
                bar.Dispose();
                var failOnWarnings = parsed.GetValue(failOn) == "warning";
                Write(report, failOnWarnings, parsed.GetRequiredValue(output), console);
                return ExitCodeOf(report, failOnWarnings);
            }
        );
        return command;
    }

    /// <summary>What of the input is looked at: of a live cluster one namespace, and nothing that another policy there stamped.</summary>
    private static Func<Manifest, bool> Selection(InputSelection selection, ManifestSet manifests)
    {
        if (!selection.IsLive || manifests.Errors.Count > 0)
        {
            return _ => true;
        }
        var only = selection.AllNamespaces ? null : selection.Namespace ?? LiveCluster.NamespaceOf(selection);
        return manifest =>
            manifest.Object is not V1NetworkPolicy policy
            || (PolicyNames.OwnerOf(policy) is null && (only is null || policy.Metadata.NamespaceProperty == only));
    }

    private static void Write(LintReport report, bool failOnWarnings, string format, CliConsole console)
    {
        switch (format)
        {
            case OutputFormat.Json:
                JsonOutput.Write(console.Plain, LintJson.From(report));
                break;
            case OutputFormat.Sarif:
                JsonOutput.Write(console.Plain, SarifLog.From(report));
                break;
            case OutputFormat.JUnit:
                JUnitReport.Write(report, failOnWarnings, console.Plain);
                break;
            case OutputFormat.GitHub:
                GitHubAnnotations.Write(report, console.Plain);
                break;
            default:
                LintTable.Write(report, console);
                break;
        }
    }

    private static int ExitCodeOf(LintReport report, bool failOnWarnings) =>
        !report.Unreadable.IsEmpty ? ExitCode.Usage
        : report.Errors > 0 || (failOnWarnings && report.Warnings > 0) ? ExitCode.Findings
        : ExitCode.Clean;
}
