using k8s;
using Palisade.Cli.Manifests.Yaml;
using Palisade.Policy.Shapes;

namespace Palisade.Cli.Manifests;

/// <summary>
/// Reads Kubernetes objects from YAML and JSON. What is no object of its kind becomes an error with its place, and does not keep
/// the rest from being read; kinds that Palisade has no use for are passed over.
/// </summary>
public static class ManifestReader
{
    /// <summary>Name of standard input among paths.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads files, directories (with all below them) and standard input.</summary>
    /// <param name="paths">The paths; <c>-</c> is standard input.</param>
    /// <param name="standardInput">What <c>-</c> reads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task<ManifestSet> ReadAsync(IEnumerable<string> paths, TextReader standardInput, CancellationToken cancellationToken) =>
        ReadAsync(paths, standardInput, progress: null, cancellationToken);

    /// <summary>Reads files, directories (with all below them) and standard input, and tells how much of it is done.</summary>
    /// <param name="paths">The paths; <c>-</c> is standard input.</param>
    /// <param name="standardInput">What <c>-</c> reads.</param>
    /// <param name="progress">Takes the part that is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ManifestSet> ReadAsync(
        IEnumerable<string> paths,
        TextReader standardInput,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(standardInput);
        var failed = new List<ManifestSet>();
        var texts = new List<(string Path, string Text)>();
        foreach (var file in Files(paths, failed))
        {
            try
            {
                var text = string.Equals(file, StandardInput, StringComparison.Ordinal)
                    ? await standardInput.ReadToEndAsync(cancellationToken)
                    : await File.ReadAllTextAsync(file, cancellationToken);
                texts.Add((file, text));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failed.Add(Unreadable(file, exception));
            }
        }
        return ManifestSet.Join([.. ParseAll(texts, progress), .. failed]);
    }

    /// <summary>The files that the paths stand for, each once however often it is named.</summary>
    private static List<string> Files(IEnumerable<string> paths, List<ManifestSet> failed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                var templates = new List<string>();
                var found = ManifestFiles.Find(path, templates).ToList();
                failed.AddRange(templates.Select(SkippedTemplates));
                if (found.Count == 0 && templates.Count == 0)
                {
                    failed.Add(Failed(new ManifestPosition(path, 0, 0), "", "no manifest in this directory (.yaml, .yml or .json)"));
                }
                files.AddRange(found.Where(file => seen.Add(file == StandardInput ? file : Path.GetFullPath(file))));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                failed.Add(Unreadable(path, exception));
            }
        }
        return files;
    }

    private static ManifestSet Unreadable(string path, Exception exception) =>
        Failed(
            new ManifestPosition(path, 0, 0),
            "",
            exception is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : exception.Message
        );

    private static IEnumerable<ManifestSet> ParseAll(List<(string Path, string Text)> texts, IProgress<double>? progress)
    {
        var (done, all) = (0L, texts.Sum(text => (long)text.Text.Length));
        foreach (var (path, text) in texts)
        {
            foreach (var document in ManifestDocuments.Split(text))
            {
                yield return ReadDocument(path, document.Text, document.FirstLine);
                done += document.Text.Length;
                progress?.Report((double)done / all);
            }
        }
    }

    /// <summary>Reads one or several documents.</summary>
    /// <param name="path">Name for the places.</param>
    /// <param name="text">The text.</param>
    public static ManifestSet Parse(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(text);
        return ManifestSet.Join(ManifestDocuments.Split(text).Select(document => ReadDocument(path, document.Text, document.FirstLine)));
    }

    private static ManifestSet ReadDocument(string path, string text, int firstLine)
    {
        try
        {
            return YamlDocument.Read(text, firstLine) is { } root
                ? ReadObject(path, root, impliedVersion: null, impliedKind: null)
                : Nothing;
        }
        catch (YamlSyntaxException exception)
        {
            // Helm's and others' templates look much like YAML.
            var hint = text.Contains("{{", StringComparison.Ordinal)
                ? "; a template must be rendered first, for example by helm template"
                : "";
            return Failed(new ManifestPosition(path, exception.Line, exception.Column), "", exception.Message + hint);
        }
    }

    private static ManifestSet ReadObject(string path, YamlNode node, string? impliedVersion, string? impliedKind)
    {
        var apiVersion = node["apiVersion"]?.Text ?? impliedVersion;
        var kind = node["kind"]?.Text ?? impliedKind;
        if (apiVersion is null && kind is null)
        {
            return new([], [], [new(node.PositionIn(path), "", "")]);
        }
        if (string.IsNullOrEmpty(apiVersion) || string.IsNullOrEmpty(kind))
        {
            return WithoutKind(path, node, apiVersion);
        }
        if (kind.EndsWith("List", StringComparison.Ordinal) && node["items"] is { Kind: YamlNodeKind.Sequence } items)
        {
            var itemKind = kind[..^"List".Length] is { Length: > 0 } name ? name : null;
            return ManifestSet.Join(items.Items.Select(item => ReadObject(path, item, itemKind is null ? null : apiVersion, itemKind)));
        }
        return ManifestKind.Find(apiVersion, kind) switch
        {
            null => ReadUnknown(path, node, apiVersion, kind),
            var known when !string.Equals(known.ApiVersion, apiVersion, StringComparison.Ordinal) => Failed(
                FieldPath.Find(node, "apiVersion").PositionIn(path),
                "apiVersion",
                $"\"{apiVersion}\": {kind} is not a kind of this version: write {known.ApiVersion}",
                known.SubjectOf(node)
            ),
            var known => ReadKnown(path, node, known),
        };
    }

    /// <summary>What has an API version and no kind may be something else, such as the Chart.yaml of Helm.</summary>
    private static ManifestSet WithoutKind(string path, YamlNode node, string? apiVersion)
    {
        if (string.IsNullOrEmpty(apiVersion))
        {
            return Failed(node.PositionIn(path), "apiVersion", "must be given");
        }
        return node["metadata"] is not null || node["spec"] is not null || ManifestKind.HasGroup(apiVersion)
            ? Failed(node.PositionIn(path), "kind", "must be given")
            : new([], [], [new(node.PositionIn(path), apiVersion, "") { Reason = "has no kind, so it is not a Kubernetes object" }]);
    }

    private static ManifestSet SkippedTemplates(string directory) =>
        new(
            [],
            [],
            [
                new(new ManifestPosition(directory, 0, 0), "", "")
                {
                    Reason = "holds the templates of a Helm chart: render them first, for example by helm template",
                },
            ]
        );

    /// <summary>Reads a kind that Palisade does not know: a workload when it has a pod template, else it is passed over.</summary>
    private static ManifestSet ReadUnknown(string path, YamlNode node, string apiVersion, string kind)
    {
        var workload = ManifestKind.OfPodTemplate(apiVersion, kind, node) is { } template ? ReadKnown(path, node, template) : Nothing;
        return workload.Manifests.Count > 0 ? workload : new([], [], [new(node.PositionIn(path), apiVersion, kind) { Node = node }]);
    }

    private static ManifestSet ReadKnown(string path, YamlNode node, ManifestKind kind)
    {
        var subject = kind.SubjectOf(node);
        using var document = YamlJson.ToDocument(node, keepsNulls: true);
        var reading = ShapeReader.Read(document.RootElement, kind.Model, new() { Written = field => FieldPath.Value(node, field)?.Plain });
        if (reading.Faults.Count > 0)
        {
            return new([], [.. reading.Faults.Select(fault => ToError(path, node, fault) with { Subject = subject })], []);
        }
        if (node["metadata"] is not { } metadata || (IsEmpty(metadata["name"]) && IsEmpty(metadata["generateName"])))
        {
            return Failed(FieldPath.Find(node, "metadata.name").PositionIn(path), "metadata.name", "must be given", subject);
        }
        foreach (var field in (string[])["name", "namespace"])
        {
            // The API server takes none, and in what is written of the object it would break lines or command the terminal.
            if (metadata[field] is { } name && name.Text.Any(char.IsControl))
            {
                return Failed(name.PositionIn(path), $"metadata.{field}", "must not hold control characters", subject);
            }
        }
        var value = (IKubernetesObject<V1ObjectMeta>)reading.Value;
        (value.ApiVersion, value.Kind) = (kind.ApiVersion, kind.Kind);
        return new([new Manifest(path, node, value)], [], []);
    }

    private static ManifestError ToError(string path, YamlNode node, ShapeFault fault) =>
        new((FieldPath.Value(node, fault.Field) ?? FieldPath.Find(node, fault.Field)).PositionIn(path), fault.Field, fault.Sentence);

    private static bool IsEmpty(YamlNode? node) => node is null || node.IsNull || node.Text.Length == 0;

    private static ManifestSet Nothing { get; } = new([], [], []);

    private static ManifestSet Failed(ManifestPosition position, string field, string message, ManifestSubject? subject = null) =>
        new([], [new(position, field, message) { Subject = subject }], []);
}
