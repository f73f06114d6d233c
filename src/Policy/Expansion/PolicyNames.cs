using System.Security.Cryptography;
using System.Text;

namespace Palisade.Policy.Expansion;

/// <summary>Names and labels by which stamped NetworkPolicies are known.</summary>
public static class PolicyNames
{
    /// <summary>Field manager that the operator applies under.</summary>
    public const string FieldManager = "palisade-operator";

    /// <summary>Label that every stamped NetworkPolicy carries; nothing else is copied or added.</summary>
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="ManagedByLabel"/>.</summary>
    public const string ManagedByValue = "palisade";

    /// <summary>Label by which a namespace opts out, with the value <c>true</c>, where the policy allows it.</summary>
    public const string OptOutLabel = "palisade.dev/opt-out";

    /// <summary>API version of both custom resources.</summary>
    public const string ApiVersion = "palisade.dev/v1alpha1";

    /// <summary>Prefix of what a ClusterNetworkPolicy stamps.</summary>
    public const string ClusterNetworkPolicyPrefix = "palisade-cnp-";

    /// <summary>Prefix of what a DefaultDenyProfile stamps.</summary>
    public const string DefaultDenyProfilePrefix = "palisade-ddp-";

    /// <summary>Longest name the API server takes for a NetworkPolicy.</summary>
    public const int MaxLength = 253;

    private const int HashLength = 20;

    /// <summary>Name of the NetworkPolicy that the policy stamps, the same in every namespace.</summary>
    public static string For(ClusterNetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Join(ClusterNetworkPolicyPrefix, policy.Metadata.Name);
    }

    /// <summary>Name of the NetworkPolicy that the profile stamps, the same in every namespace.</summary>
    public static string For(DefaultDenyProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return Join(DefaultDenyProfilePrefix, profile.Metadata.Name);
    }

    /// <summary>
    /// Name under which the custom resource stamps where somebody else has the usual one: with a hash of its uid, which nobody knows before the
    /// custom resource exists.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of our kinds.</exception>
    public static string AlternateFor(k8s.IKubernetesObject<V1ObjectMeta> owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var prefix = PrefixOf(owner.Kind) ?? throw new ArgumentException($"{owner.Kind} stamps nothing", nameof(owner));
        return Alternate(prefix, owner.Metadata.Name, owner.Metadata.Uid ?? "");
    }

    /// <summary>
    /// The custom resource that stamped the NetworkPolicy; null when Palisade did not. Anybody may write an owner into a policy: it counts only
    /// on the two names that this owner stamps.
    /// </summary>
    public static V1OwnerReference? OwnerOf(V1NetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var name = policy.Metadata.Name;
        return policy.Metadata.OwnerReferences?.FirstOrDefault(owner =>
            UsualName(owner) is { } usual && (name == usual || name == Alternate(PrefixOf(owner.Kind)!, owner.Name, owner.Uid ?? ""))
        );
    }

    /// <summary>Usual name of what the owner stamps; null when it is none of our kinds.</summary>
    public static string? UsualName(V1OwnerReference owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return owner.ApiVersion?.StartsWith("palisade.dev/", StringComparison.Ordinal) == true && PrefixOf(owner.Kind) is { } prefix
            ? Join(prefix, owner.Name)
            : null;
    }

    internal static string UsualName(OwnerFacts owner) => Join(PrefixOf(owner.Kind)!, owner.Name);

    private static string? PrefixOf(string kind) =>
        kind switch
        {
            "ClusterNetworkPolicy" => ClusterNetworkPolicyPrefix,
            "DefaultDenyProfile" => DefaultDenyProfilePrefix,
            _ => null,
        };

    private static string Alternate(string prefix, string name, string uid) => Hashed(prefix + name, uid);

    /// <summary>Prefix and name; a name that would be too long is cut and told apart by 80 bits of its hash.</summary>
    private static string Join(string prefix, string name)
    {
        var full = prefix + name;
        if (full.Length <= MaxLength)
        {
            return full;
        }

        return Hashed(full, name);
    }

    private static string Hashed(string full, string hashed)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashed)))[..HashLength];
        var kept = full[..Math.Min(full.Length, MaxLength - HashLength - 1)].TrimEnd('-', '.');
        return $"{kept}-{hash}";
    }
}
