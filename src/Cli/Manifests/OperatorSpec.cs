using System.Text.Json;

namespace Palisade.Cli.Manifests;

/// <summary>The spec of a custom resource, or an item of a list in it, read without a model: what is not as expected counts as absent.</summary>
internal sealed class OperatorSpec(V1OperatorResource resource, JsonElement spec)
{
    public string Name => resource.Metadata.Name;

    /// <summary>Whether there is a field.</summary>
    public bool Has(params ReadOnlySpan<string> path) => Find(path) is not null;

    /// <summary>A whole number of at least 0; another when it is absent.</summary>
    public int Number(int absent, params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out var number) ? Math.Max(number, 0) : absent;

    /// <summary>A string; empty when it is absent.</summary>
    public string Text(params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : "";

    /// <summary>A label whose value is a field of the spec; none when it is absent.</summary>
    public (string Key, string Value)[] Label(string key, params ReadOnlySpan<string> path) =>
        Text(path) is { Length: > 0 } value ? [(key, value)] : [];

    /// <summary>The labels that the author gives the pods, under <c>labels</c> of a field.</summary>
    public (string Key, string Value)[] Labels(params ReadOnlySpan<string> path) =>
        Find([.. path, "labels"]) is { ValueKind: JsonValueKind.Object } labels
            ?
            [
                .. labels
                    .EnumerateObject()
                    .Where(label => label.Value.ValueKind == JsonValueKind.String)
                    .Select(label => (label.Name, label.Value.GetString()!)),
            ]
            : [];

    /// <summary>The items of a list.</summary>
    public IEnumerable<OperatorSpec> Items(params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(item => new OperatorSpec(resource, item)) : [];

    /// <summary>A group of pods.</summary>
    /// <param name="name">What the names of the pods begin with.</param>
    /// <param name="replicas">How many there are.</param>
    /// <param name="labels">Their labels; the later of two with one key counts.</param>
    /// <param name="ports">Names and numbers of their TCP ports.</param>
    /// <param name="first">Number of the first pod.</param>
    /// <param name="podNameLabel">Label whose value is the name of each pod: that of StatefulSets unless another is given; null for none.</param>
    public V1Workload Pods(
        string name,
        int replicas,
        (string Key, string Value)[] labels,
        (string Name, int Number)[] ports,
        int first = 0,
        string? podNameLabel = "statefulset.kubernetes.io/pod-name"
    )
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in labels)
        {
            all[key] = value;
        }
        var container = new V1Container
        {
            Name = "placeholder",
            Ports = [.. ports.Select(port => new V1ContainerPort { Name = port.Name, ContainerPort = port.Number })],
        };
        return new()
        {
            ApiVersion = resource.ApiVersion,
            Kind = resource.Kind,
            Metadata = new() { Name = name, NamespaceProperty = resource.Metadata.NamespaceProperty },
            Spec = new()
            {
                Replicas = replicas,
                Ordinals = new() { Start = first },
                Template = new()
                {
                    Metadata = new() { Labels = all },
                    Spec = new() { Containers = [container] },
                },
            },
            PodNameLabel = podNameLabel,
            IsPlaceholder = true,
        };
    }

    private JsonElement? Find(ReadOnlySpan<string> path)
    {
        var found = spec;
        foreach (var field in path)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(field, out found))
            {
                return null;
            }
        }
        return found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : found;
    }
}
