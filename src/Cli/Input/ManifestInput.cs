using System.CommandLine;
using System.Text.Json;
using Palisade.Cli.Manifests;
using Palisade.Cli.Output;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Input;

/// <summary>Reads and checks the manifests that a command is given by <c>-f</c>.</summary>
internal static class ManifestInput
{
    /// <summary>The option, the same for every command.</summary>
    public static Option<string[]> CreateOption() =>
        new("--filename", "-f")
        {
            Description =
                "A file of manifests, a directory of them with all below it, or - for standard input. Can be given several times.",
            HelpName = "FILE|DIR|-",
            Required = true,
        };

    /// <summary>
    /// Reads what a command looks at, and checks the objects of files (a live cluster's were let in). What is wrong is told on the error
    /// output: a line for each object that is left out, or all of it when the input cannot be used.
    /// </summary>
    /// <returns>The objects; null when the input cannot be used.</returns>
    public static async Task<CheckedInput?> ReadAsync(InputSelection selection, CliConsole console, CancellationToken cancellationToken)
    {
        var set = await ReadUncheckedAsync(selection, console, cancellationToken);
        var faults = new List<LeftOutObject>();
        var unknown = new List<ManifestError>();
        foreach (var error in set.Errors.Select(error => error with { Subject = InNamespace(error.Subject, selection) }))
        {
            if (error.Subject is { } subject)
            {
                faults.Add(FromError(error, subject, []));
            }
            else
            {
                unknown.Add(error);
            }
        }
        var valid = set;
        if (!selection.IsLive)
        {
            faults.AddRange(set.Manifests.Select(FindRefusal).OfType<LeftOutObject>());
            (valid, var repeated) = Unique(Without(set, faults));
            faults.AddRange(repeated);
        }
        if (unknown.Count > 0 || faults.Exists(fault => !LeftOut.Allows(fault.Subject, valid)) || valid.Manifests.Count == 0)
        {
            await RefuseAsync(set, unknown, faults, selection, console);
            return null;
        }
        await TellAsync(faults, console);
        return new(valid, set, new LeftOut([.. faults]));
    }

    /// <summary>Says what is left out, a line for each object.</summary>
    public static async Task TellAsync(IEnumerable<LeftOutObject> faults, CliConsole console)
    {
        foreach (var fault in faults)
        {
            await console.Error.WriteLineAsync($"{fault.Position}: {fault.Subject} is left out: {fault.Reason}");
        }
    }

    /// <summary>An object that cannot be used because of an error.</summary>
    public static LeftOutObject FromError(ManifestError error, ManifestSubject subject, IEnumerable<Manifest> versions) =>
        new(
            subject,
            error.Position,
            error.Field.Length == 0 ? error.Message : $"{error.Field}: {error.Message}",
            error.ToString(),
            [.. versions]
        );

    private static async Task RefuseAsync(
        ManifestSet set,
        List<ManifestError> unknown,
        List<LeftOutObject> faults,
        InputSelection selection,
        CliConsole console
    )
    {
        foreach (var line in unknown.Select(error => error.ToString()).Concat(faults.Select(fault => fault.Report)))
        {
            await console.Error.WriteLineAsync(line);
        }
        if (set.Manifests.Count == 0 && unknown.Count == 0 && faults.Count == 0)
        {
            var source = selection.IsLive ? "cluster" : string.Join(' ', selection.Files);
            await console.Error.WriteLineAsync($"{source}: no Kubernetes object that Palisade reads");
        }
    }

    private static ManifestSubject? InNamespace(ManifestSubject? subject, InputSelection selection) =>
        subject is { IsNamespaced: true, Namespace: null } ? subject with { Namespace = selection.Namespace ?? "default" } : subject;

    private static ManifestSet Without(ManifestSet set, IEnumerable<LeftOutObject> faults)
    {
        var invalid = faults.SelectMany(fault => fault.Versions).ToHashSet();
        return set with { Manifests = [.. set.Manifests.Where(manifest => !invalid.Contains(manifest))] };
    }

    /// <summary>Reads what a command looks at, with the errors of what is invalid.</summary>
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
        foreach (var skipped in set.Skipped.Where(document => document.Reason is not null))
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
    /// Every object once. Where two of a name differ a cluster would hold the last of them, and which that is nobody says: neither
    /// can be used.
    /// </summary>
    private static (ManifestSet Set, IReadOnlyList<LeftOutObject> Repeated) Unique(ManifestSet set)
    {
        var repeated = new List<LeftOutObject>();
        var unique = new List<Manifest>();
        foreach (var alike in set.Manifests.GroupBy(KeyOf))
        {
            var first = alike.First();
            if (alike.Skip(1).FirstOrDefault(other => !JsonElement.DeepEquals(first.Document, other.Document)) is not { } other)
            {
                unique.Add(first);
                continue;
            }
            var message = $"there are two {other.Object.Kind} {NameOf(other)} that differ; the other is at {first.Position}";
            repeated.Add(FromError(new(other.PositionOf("metadata.name"), "metadata.name", message), other.Subject, alike));
        }
        return (set with { Manifests = unique }, repeated);
    }

    /// <summary>What only the same object has; each that is to be given a name by the API server is another one.</summary>
    private static (string Group, string Kind, string Name, Manifest? Itself) KeyOf(Manifest manifest) =>
        (
            manifest.Object.ApiVersion.Split('/')[0],
            manifest.Object.Kind,
            NameOf(manifest),
            manifest.Object.Metadata.Name.Length == 0 ? manifest : null
        );

    /// <summary>
    /// What every API server refuses: files may be of an older cluster, and what that lets in has a meaning. What the newest ones refuse, <c>lint</c>
    /// says.
    /// </summary>
    private static LeftOutObject? FindRefusal(Manifest manifest)
    {
        var options = new ValidationOptions { KubernetesVersion = null };
        var errors = Validate(manifest, options).Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        if (errors.Count == 0)
        {
            return null;
        }
        var first = new Lint.LintFinding(manifest.PositionOf(errors[0].Field), "", errors[0]);
        var others = errors.Count == 1 ? "" : $", and {Quantity.Format(errors.Count - 1, "other error", "other errors")}";
        return new(
            manifest.Subject,
            manifest.Position,
            $"line {first.Position.Line}: {first.Text} [{errors[0].Code}]{others}",
            $"{manifest.Position}: {Rejection(manifest, Validate(manifest, options))}",
            [manifest]
        );
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
        ShapeFindings.Find(manifest.Document).Concat(MetadataValidator.Validate(manifest.Object.Metadata));
}
