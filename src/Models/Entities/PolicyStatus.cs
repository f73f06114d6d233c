namespace Palisade.Models;

/// <summary>What the operator found and did.</summary>
public sealed class PolicyStatus
{
    /// <summary>Generation of the custom resource that this status speaks of.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>Ready, Reconciling and Stalled, as kstatus defines them.</summary>
    [ListMapKey("type")]
    [Items(maxItems: 8)]
    public IList<V1Condition>? Conditions { get; set; }

    /// <summary>How many namespaces match, and how many are up to date.</summary>
    public NamespaceCounts? Namespaces { get; set; }

    /// <summary>Namespaces that could not be brought up to date.</summary>
    [Items(maxItems: 20)]
    public IList<NamespaceFailure>? Failures { get; set; }
}

/// <summary>Counts of namespaces.</summary>
public sealed class NamespaceCounts
{
    /// <summary>Namespaces that the selector matches.</summary>
    public int Matched { get; set; }

    /// <summary>Matching namespaces whose stamped NetworkPolicy is as it should be.</summary>
    public int UpToDate { get; set; }

    /// <summary>Matching namespaces that could not be brought up to date.</summary>
    public int Failed { get; set; }
}

/// <summary>Why a namespace could not be brought up to date.</summary>
public sealed class NamespaceFailure
{
    /// <summary>Name of the namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Constant CamelCase word for programs, such as NameConflict.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Human-readable message.</summary>
    public string Message { get; set; } = "";
}
