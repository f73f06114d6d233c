using Palisade.Operator.Sources;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests;

/// <summary>Makes objects for tests: valid, and as small as can be.</summary>
internal static class Make
{
    public static NamespaceFacts Namespace(string name, params (string Key, string Value)[] labels) =>
        new()
        {
            Name = name,
            Labels = LabelSet.From(labels.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal)),
        };

    public static ClusterNetworkPolicy ClusterPolicy(string name, string uid = "uid-1", Action<ClusterNetworkPolicySpec>? configure = null)
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new()
            {
                Name = name,
                Uid = uid,
                Generation = 1,
            },
            Spec =
            {
                NamespaceSelector = new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["tier"] = "web" } },
                PodSelector = new(),
                PolicyTypes = ["Ingress"],
            },
        };
        configure?.Invoke(policy.Spec);
        return policy;
    }

    public static DefaultDenyProfile Profile(string name, Action<DefaultDenyProfileSpec>? configure = null)
    {
        var profile = new DefaultDenyProfile
        {
            Metadata = new()
            {
                Name = name,
                Uid = "uid-1",
                Generation = 1,
            },
            Spec = { NamespaceSelector = new() },
        };
        configure?.Invoke(profile.Spec);
        return profile;
    }

    public static PolicySource Source(ClusterNetworkPolicy policy) => new ClusterNetworkPolicySource(policy, "palisade-system");

    public static PolicySource Source(DefaultDenyProfile profile) => new DefaultDenyProfileSource(profile, "palisade-system");

    /// <summary>What the custom resource stamps, as the API server would hold it.</summary>
    public static V1NetworkPolicy Stamped(PolicySource source, string namespaceName, string uid = "np-1")
    {
        var policy = source.Expand(Namespace(namespaceName), new ExpansionContext()).Policy!;
        policy.Metadata.Uid = uid;
        policy.Metadata.ResourceVersion = "7";
        return policy;
    }
}
