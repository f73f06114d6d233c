using System.CommandLine;
using System.Text.Json;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Input;

/// <summary>Reads and checks the manifests that a command is given by <c>-f</c>.</summary>
internal static class ManifestInput
{
    /// <summary>The option, the same for every command.</summary>
    public static Option<string[]> CreateOption() =>
        new("--filename", "-f")
        {
            Description = "A file of manifests, a folder of them with all below it, or - for standard input. Can be given several times.",
            HelpName = "FILE|DIR|-",
            Required = true,
        };

    /// <summary>Reads manifests and checks the policies among them. What is wrong is told on the error output.</summary>
    /// <returns>The manifests; null when something was wrong.</returns>
    public static Task<ManifestSet?> ReadAsync(IReadOnlyList<string> paths, CliConsole console, CancellationToken cancellationToken) =>
        ReadAsync(new InputSelection(paths), console, cancellationToken);

    /// <summary>
    /// Reads what a command looks at, and checks the policies of files (a live cluster's were let in). What is wrong is told on the error
    /// output.
    /// </summary>
    /// <returns>The objects; null when something was wrong.</returns>
    public static async Task<ManifestSet?> ReadAsync(InputSelection selection, CliConsole console, CancellationToken cancellationToken)
    {
        var set = await ReadUncheckedAsync(selection, console, cancellationToken);
        foreach (var error in set.Errors)
        {
            await console.Error.WriteLineAsync(error.ToString());
        }
        var refused = false;
        foreach (var manifest in set.Manifests.Where(_ => !selection.IsLive))
        {
            refused |= await IsRefusedAsync(manifest, console);
        }
        var (unique, repeated) = selection.IsLive ? (set, []) : Unique(set);
        foreach (var error in repeated)
        {
            await console.Error.WriteLineAsync(error.ToString());
        }
        if (set.Errors.Count > 0 || refused || repeated.Count > 0)
        {
            return null;
        }
        if (set.Manifests.Count == 0)
        {
            var source = selection.IsLive ? "cluster" : string.Join(' ', selection.Files);
            await console.Error.WriteLineAsync($"{source}: no Kubernetes object that Palisade reads");
            return null;
        }
        return unique;
    }

    /// <summary>Reads what a command looks at, the faulty with its errors.</summary>
    public static async Task<ManifestSet> ReadUncheckedAsync(
        InputSelection selection,
        CliConsole console,
        CancellationToken cancellationToken
    )
    {
        if (selection.IsLive)
        {
            return await LiveCluster.ReadAsync(selection, cancellationToken);
        }
        using var bar = ProgressBar.Start(console, "reading");
        var set = KindSpelling.Check(await ManifestReader.ReadAsync(selection.Files, console.Input, bar, cancellationToken));
        foreach (var skipped in set.PassedOver.Where(document => document.Reason is not null))
        {
            await console.Error.WriteLineAsync(skipped.ToString());
        }
        foreach (var manifest in set.Manifests.Where(manifest => manifest.IsNamespaced))
        {
            manifest.Object.Metadata.NamespaceProperty ??= selection.Namespace ?? "default";
        }
        return set;
    }

    /// <summary>
    /// Every object once. Where two of a name differ a cluster would hold the last of them, and which that is nobody says: an error.
    /// </summary>
    private static (ManifestSet Set, List<ManifestError> Errors) Unique(ManifestSet set)
    {
        var first = new Dictionary<(string Kind, string Name), Manifest>();
        var errors = new List<ManifestError>();
        var unique = new List<Manifest>();
        foreach (var manifest in set.Manifests)
        {
            var (kind, name) = (manifest.Object.Kind, NameOf(manifest));
            if (manifest.Object.Metadata.Name.Length == 0 || first.TryAdd((kind, name), manifest))
            {
                unique.Add(manifest);
            }
            else if (first[(kind, name)] is var other && !JsonElement.DeepEquals(manifest.Document, other.Document))
            {
                var message = $"there are two {kind} {name} that differ; the other is at {other.Position}";
                errors.Add(new(manifest.PositionOf("metadata.name"), "metadata.name", message));
            }
        }
        return (set with { Manifests = unique }, errors);
    }

    private static async Task<bool> IsRefusedAsync(Manifest manifest, CliConsole console)
    {
        var findings = Validate(manifest, ValidationOptions.Default);
        if (!findings.Any(finding => finding.Severity == FindingSeverity.Error))
        {
            return false;
        }
        await console.Error.WriteLineAsync($"{manifest.Position}: {Rejection(manifest, findings)}");
        return true;
    }

    /// <summary>The webhook's message; what it says of a field is preceded by the field's line.</summary>
    private static string Rejection(Manifest manifest, IReadOnlyList<Finding> findings)
    {
        var placed = findings.Select(finding =>
            finding with
            {
                Field = $"line {manifest.PositionOf(finding.Field).Line}: {finding.Field}",
            }
        );
        return RejectionMessage.Format(manifest.Object.Kind, NameOf(manifest), placed);
    }

    /// <summary>Name of the object, with its namespace before a slash if it has one.</summary>
    public static string NameOf(Manifest manifest)
    {
        var metadata = manifest.Object.Metadata;
        return metadata.NamespaceProperty is { } inNamespace ? $"{inNamespace}/{metadata.Name}" : metadata.Name;
    }

    /// <summary>All findings of a policy, fields that its kind does not have and bad metadata included; none of other objects.</summary>
    public static IReadOnlyList<Finding> Validate(Manifest manifest, ValidationOptions options) =>
        manifest.Object switch
        {
            ClusterNetworkPolicy policy => [.. OfDocument(manifest), .. PolicyValidator.Validate(policy, options)],
            DefaultDenyProfile profile => [.. OfDocument(manifest), .. PolicyValidator.Validate(profile, options)],
            V1NetworkPolicy policy => [.. OfDocument(manifest), .. PolicyValidator.Validate(policy, options)],
            _ => [],
        };

    private static IEnumerable<Finding> OfDocument(Manifest manifest) =>
        UnknownFields.Find(manifest.Document).Concat(MetadataValidator.Validate(manifest.Object.Metadata));
}
