using Palisade.Models;

namespace Palisade.Policy.Validation;

/// <summary>Finds all that is wrong or suspicious in an object, errors and warnings, in the order of the document.</summary>
public static class PolicyValidator
{
    /// <summary>Findings of a ClusterNetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(ClusterNetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return [];
    }

    /// <summary>Findings of a DefaultDenyProfile.</summary>
    public static IReadOnlyList<Finding> Validate(DefaultDenyProfile profile, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return [];
    }

    /// <summary>Findings of a NetworkPolicy.</summary>
    public static IReadOnlyList<Finding> Validate(V1NetworkPolicy policy, ValidationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return [];
    }
}
