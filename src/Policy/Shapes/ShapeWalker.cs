using System.Globalization;
using System.Text;
using System.Text.Json;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Shapes;

/// <summary>
/// Holds JSON against the shape of a model, and reports every fault, not only the first. Nulls of objects' fields are absent fields, as the API
/// server reads them.
/// </summary>
internal sealed class ShapeWalker(Shape root, ShapeOptions options)
{
    /// <summary>How many faults are kept: a body of 3 MiB holds more than anyone reads.</summary>
    public const int MaxFaults = 100;

    private readonly List<ShapeFault> _faults = [];
    private readonly List<Step> _path = [];

    /// <summary>The faults in the order of the document, at most <see cref="MaxFaults"/>.</summary>
    public IReadOnlyList<ShapeFault> Faults => _faults;

    /// <summary>Whether the document holds what the model cannot.</summary>
    public bool NeedsCleaning { get; private set; }

    public void Walk(JsonElement document) => Visit(document, root);

    private void Visit(JsonElement value, Shape shape)
    {
        if (!shape.Fits(value))
        {
            NeedsCleaning = true;
            AddOtherType(value, shape);
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.Object:
                VisitFields(value, shape);
                break;
            case ShapeKind.Map:
                foreach (var entry in value.EnumerateObject())
                {
                    Visit(new Step(entry.Name, null, IsKey: true), entry.Value, shape.Element!);
                }

                break;
            case ShapeKind.List:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Visit(new Step(null, index++, IsKey: false), item, shape.Element!);
                }

                break;
            default:
                NeedsCleaning |= !shape.CanHold(value);
                break;
        }
    }

    private void Visit(Step step, JsonElement value, Shape shape)
    {
        _path.Add(step);
        Visit(value, shape);
        _path.RemoveAt(_path.Count - 1);
    }

    private void VisitFields(JsonElement value, Shape shape)
    {
        foreach (var property in value.EnumerateObject())
        {
            var step = new Step(property.Name, null, IsKey: false);
            var field = shape.Field(property.Name);
            if (field is null && options.ReportsUnknownFields && IsModelledWhole && !IsObsoleteStatus(property.Name))
            {
                AddUnknown(step, shape);
                // What stands below a misspelt field is read as if it were spelt well, to find all at once.
                field = EditDistance.Nearest(property.Name, shape.Fields.Select(one => one.Name)) is { } meant ? shape.Field(meant) : null;
            }

            if (field is null)
            {
                continue;
            }

            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                NeedsCleaning |= field.IsNeverNull;
            }
            else
            {
                Visit(step, property.Value, field.Shape);
            }
        }
    }

    /// <summary>Of metadata and status the models have only what Palisade reads.</summary>
    private bool IsModelledWhole => _path.Count == 0 || _path[0].Name == "spec";

    /// <summary>Kubernetes 1.24 to 1.27 had a status of NetworkPolicies, which objects written there still carry; all versions ignore it.</summary>
    private bool IsObsoleteStatus(string field) => _path.Count == 0 && field == "status" && root.Type == typeof(V1NetworkPolicy);

    private void AddOtherType(JsonElement value, Shape shape)
    {
        if (_faults.Count < MaxFaults)
        {
            var path = PathText();
            _faults.Add(ShapeMessages.OtherType(path, shape, value, options.Written?.Invoke(path)));
        }
    }

    private void AddUnknown(Step step, Shape parent)
    {
        if (_faults.Count < MaxFaults)
        {
            _path.Add(step);
            _faults.Add(new(PathText(), null, $"is not a field here: {Remedy(step.Name!, parent)}") { IsUnknownField = true });
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private string Remedy(string field, Shape parent)
    {
        if (EditDistance.Nearest(field, parent.Fields.Select(one => one.Name)) is { } nearest)
        {
            return $"did you mean \"{nearest}\"?";
        }

        var elsewhere = new List<string>();
        CollectPaths(root, "", field, elsewhere);
        return elsewhere.Count > 0
            ? $"it belongs in {string.Join(" or ", elsewhere.Take(3))}; check the indentation"
            : $"there are {string.Join(", ", parent.Fields.Select(one => one.Name).Order(StringComparer.Ordinal))}";
    }

    /// <summary>Collects the paths below spec at which the kind has a field of this name.</summary>
    private static void CollectPaths(Shape shape, string path, string name, List<string> paths)
    {
        if (shape.Kind == ShapeKind.List)
        {
            CollectPaths(shape.Element!, path + "[]", name, paths);
            return;
        }

        if (path.StartsWith("spec", StringComparison.Ordinal) && shape.Field(name) is not null)
        {
            paths.Add(path);
        }

        foreach (var field in shape.Fields.Where(field => path.Length > 0 || field.Name == "spec"))
        {
            CollectPaths(field.Shape, path.Length == 0 ? field.Name : $"{path}.{field.Name}", name, paths);
        }
    }

    private string PathText()
    {
        var text = new StringBuilder();
        foreach (var step in _path)
        {
            _ =
                step.Name is null ? text.Append(CultureInfo.InvariantCulture, $"[{step.Index}]")
                : step.IsKey ? text.Append('[').Append(step.Name).Append(']')
                : text.Append(text.Length == 0 ? "" : ".").Append(step.Name);
        }

        return text.ToString();
    }

    /// <summary>A step of a path: a field, the key of a map, or the index of a list.</summary>
    private readonly record struct Step(string? Name, int? Index, bool IsKey);
}
