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
