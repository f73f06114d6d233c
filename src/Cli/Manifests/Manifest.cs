using System.Globalization;
using System.Text.Json;
using k8s;
using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Manifests;

/// <summary>An object with the place it was read from.</summary>
public sealed class Manifest
{
    private readonly string _path;
    private readonly YamlNode _node;

    internal Manifest(string path, YamlNode node, IKubernetesObject<V1ObjectMeta> value)
    {
        (_path, _node) = (path, node);
        Object = value;
    }

    /// <summary>An object of a live cluster: its place is its kind and name, whatever the field.</summary>
    public static Manifest FromCluster(IKubernetesObject<V1ObjectMeta> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var metadata = value.Metadata;
        var name = metadata.NamespaceProperty is { } inNamespace ? $"{inNamespace}/{metadata.Name}" : metadata.Name;
        return new($"{value.Kind} {name}", new YamlNode(YamlNodeKind.Mapping, 0, 0), value);
    }

    /// <summary>The object, as one of the models.</summary>
    public IKubernetesObject<V1ObjectMeta> Object { get; }

    /// <summary>Whether objects of its kind live in a namespace.</summary>
    public bool IsNamespaced => Object is not (V1Namespace or V1Node or ClusterNetworkPolicy or DefaultDenyProfile);

    /// <summary>The object by its kind and name.</summary>
    public ManifestSubject Subject => new(Object.Kind, Object.Metadata.NamespaceProperty, Object.Metadata.Name, IsNamespaced);

    /// <summary>The object as it stands in the manifest, with the fields that the model does not have.</summary>
    public JsonElement Document
    {
        get
        {
            using var document = YamlJson.ToDocument(_node);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Where the object begins.</summary>
    public ManifestPosition Position => _node.PositionIn(_path);

    /// <summary>Where a field stands; the nearest field around it when it stands nowhere.</summary>
    /// <param name="field">Its path, such as <c>spec.ingress[0].from[0].ipBlock.cidr</c>.</param>
    public ManifestPosition PositionOf(string field) => FieldPath.Find(_node, field).PositionIn(_path);
}

/// <summary>What was read.</summary>
/// <param name="Manifests">The objects, in the order of files and of documents within them.</param>
/// <param name="Errors">What could not be read, in the same order.</param>
/// <param name="Skipped">Documents of kinds that Palisade does not read.</param>
public sealed record ManifestSet(
    IReadOnlyList<Manifest> Manifests,
    IReadOnlyList<ManifestError> Errors,
    IReadOnlyList<SkippedDocument> Skipped
)
{
    /// <summary>Version of the API server that the objects are of; null for those of files.</summary>
    public KubernetesVersion? ServerVersion { get; init; }

    /// <summary>The objects of one kind.</summary>
    public IEnumerable<T> Objects<T>()
        where T : IKubernetesObject<V1ObjectMeta> => Manifests.Select(manifest => manifest.Object).OfType<T>();

    /// <summary>The addresses behind Services, given by EndpointSlices or by Endpoints.</summary>
    public IReadOnlyList<V1Endpoints> Endpoints => EndpointSlices.ToEndpoints(Objects<V1EndpointSlice>(), Objects<V1Endpoints>());

    internal static ManifestSet Join(IEnumerable<ManifestSet> sets)
    {
        var all = sets.ToList();
        return new(
            [.. all.SelectMany(set => set.Manifests)],
            [.. all.SelectMany(set => set.Errors)],
            [.. all.SelectMany(set => set.Skipped)]
        );
    }
}

/// <summary>Why a manifest is no object of its kind.</summary>
/// <param name="Position">Where.</param>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].ports[0].port</c>; empty when it is about no field.</param>
/// <param name="Message">What is wrong, and what must be.</param>
public sealed record ManifestError(ManifestPosition Position, string Field, string Message)
{
    /// <summary>The object that cannot be used; null when not even that is known, and the error concerns the input as a whole.</summary>
    public ManifestSubject? Subject { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0 ? $"{Position}: {Message}" : $"{Position}: {Field}: {Message}";
}

/// <summary>A place in a manifest.</summary>
/// <param name="Path">The file as it was named or found; <c>-</c> is standard input.</param>
/// <param name="Line">Line, from 1; 0 speaks of the file as a whole.</param>
/// <param name="Column">Column, from 1; 0 with line 0.</param>
public readonly record struct ManifestPosition(string Path, int Line, int Column)
{
    /// <summary><c>path:line:column</c>, as compilers write it; the path alone for a file as a whole.</summary>
    public override string ToString() => Line == 0 ? Path : string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}:{Column}");
}

/// <summary>An object by its kind and name.</summary>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Namespace">Its namespace; null when the manifest names none, and for kinds that live in none.</param>
/// <param name="Name">Its name; empty when the manifest has none.</param>
/// <param name="IsNamespaced">Whether objects of its kind live in a namespace.</param>
public sealed record ManifestSubject(string Kind, string? Namespace, string Name, bool IsNamespaced)
{
    /// <summary>Kind and name, the namespace before a slash.</summary>
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}

/// <summary>A document that is none of the kinds that Palisade reads.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="ApiVersion">Its API version; empty when it has none.</param>
/// <param name="Kind">Its kind; empty when it is no object of the Kubernetes API.</param>
public sealed record SkippedDocument(ManifestPosition Position, string ApiVersion, string Kind)
{
    /// <summary>Why it is none, as the rest of a sentence, where the user is to be told; null for kinds that are none of Palisade's.</summary>
    public string? Reason { get; init; }

    internal YamlNode? Node { get; init; }

    /// <summary>Where a field stands; the document's beginning when it stands nowhere.</summary>
    /// <param name="field">Its path.</param>
    public ManifestPosition PositionOf(string field) => Node is null ? Position : FieldPath.Find(Node, field).PositionIn(Position.Path);

    /// <summary>Which object it would be if it were of a kind that it was meant to be; null when that cannot be read.</summary>
    /// <param name="kind">The kind.</param>
    public ManifestSubject? SubjectAs(string kind) => Node is null ? null : ManifestKind.SubjectOf(kind, Node);

    /// <summary>The line that tells the user.</summary>
    public override string ToString() => $"{Position}: skipped: {Reason ?? "is of no kind that Palisade reads"}";
}
