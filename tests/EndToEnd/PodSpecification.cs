namespace Palisade.EndToEnd;

/// <summary>A pod to make.</summary>
/// <param name="Namespace">Kubernetes namespace.</param>
/// <param name="Name">Name of the pod.</param>
/// <param name="Node">Node it runs on.</param>
/// <param name="Labels">Labels, as <c>key=value</c>.</param>
public sealed record PodSpecification(string Namespace, string Name, string Node, IReadOnlyList<string> Labels)
{
    /// <summary>The Pod as <c>kubectl apply</c> takes it.</summary>
    public string Manifest =>
        $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{Name}}}","namespace":"{{{Namespace}}}","labels":{ {{{LabelsJson}}} }},
             "spec":{"nodeName":"{{{Node}}}","containers":[{"name":"main","image":"none",
             "ports":[{"name":"http","containerPort":{{{Ports.Http}}}},{"name":"sql","containerPort":{{{Ports.Sql}}}}]}]}}
            """;

    private string LabelsJson => string.Join(',', Labels.Select(label => $"\"{label.Replace("=", "\":\"", StringComparison.Ordinal)}\""));
}
