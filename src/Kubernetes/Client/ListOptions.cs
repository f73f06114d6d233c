namespace Palisade.Kubernetes.Client;

/// <summary>Which objects a list or a watch is about.</summary>
public sealed record ListOptions
{
    /// <summary>Every object of the kind.</summary>
    public static ListOptions All { get; } = new();

    /// <summary>Only this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector in text form, such as <c>app=web,tier!=db</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector in text form, such as <c>metadata.name=node1</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects a page.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The selection in words, such as <c>namespace=kube-system k8s-app=kube-dns</c>; empty for every object.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Namespace is null ? null : $"namespace={Namespace}", LabelSelector, FieldSelector }.OfType<string>());
}
