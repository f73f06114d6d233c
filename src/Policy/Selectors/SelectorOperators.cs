namespace Palisade.Policy.Selectors;

/// <summary>The operators of a label selector's requirements, as the API writes them.</summary>
public static class SelectorOperators
{
    /// <summary>The label is there and has one of the values.</summary>
    public const string In = "In";

    /// <summary>The label is absent or has none of the values.</summary>
    public const string NotIn = "NotIn";

    /// <summary>The label is there.</summary>
    public const string Exists = "Exists";

    /// <summary>The label is absent.</summary>
    public const string DoesNotExist = "DoesNotExist";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [In, NotIn, Exists, DoesNotExist];
}
