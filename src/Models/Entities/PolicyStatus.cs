namespace Palisade.Models;

/// <summary>What the operator found and did for a ClusterNetworkPolicy or DefaultDenyProfile.</summary>
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
