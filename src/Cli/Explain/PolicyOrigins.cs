using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Explain;

/// <summary>Finds what somebody wrote of which the NetworkPolicies of a cluster came: itself, or a custom resource.</summary>
internal sealed class PolicyOrigins
{
    private readonly Dictionary<PolicyReference, Manifest> _written = [];
    private readonly Dictionary<PolicyReference, StampedPolicy> _stamped = [];
    private readonly Dictionary<(string Kind, string Name), Manifest> _resources = [];

    /// <summary>Reads what came of what.</summary>
    public PolicyOrigins(LoadedCluster cluster)
    {
        foreach (var manifest in cluster.Manifests.Manifests)
        {
            if (manifest.Object is V1NetworkPolicy policy)
            {
                _written[ReferenceTo(policy)] = manifest;
            }
            else
            {
                _resources.TryAdd((manifest.Object.Kind, manifest.Object.Metadata.Name), manifest);
            }
        }
        foreach (var stamped in cluster.Expansion.Stamped)
        {
            _stamped[ReferenceTo(stamped.Policy)] = stamped;
        }
    }

    public PolicyOrigin Find(PolicyReference policy) => Find(policy, "", _ => "");

    /// <summary>Origin of a rule that allows something.</summary>
    public PolicyOrigin Find(RuleReference rule) => Find(rule.Policy, rule.Field, stamped => OriginOf(stamped, rule.Direction, rule.Rule));

    /// <summary>Origin of a rule that does not.</summary>
    public PolicyOrigin Find(RuleMiss rule) => Find(rule.Policy, rule.Field, stamped => OriginOf(stamped, rule.Direction, rule.Rule));

    private PolicyOrigin Find(PolicyReference policy, string field, Func<StampedPolicy, string> stampedField)
    {
        if (_stamped.TryGetValue(policy, out var stamped))
        {
            var (kind, name) = (stamped.Owner.Kind, stamped.Owner.Metadata.Name);
            return Find(kind, name, stampedField(stamped), _resources.GetValueOrDefault((kind, name)));
        }
        var manifest = _written.GetValueOrDefault(policy);
        // Stamped into a live cluster by a custom resource that would not do so now.
        return manifest?.Object is V1NetworkPolicy live && PolicyNames.OwnerOf(live) is { } owner
            ? Find(owner.Kind, owner.Name, "", _resources.GetValueOrDefault((owner.Kind, owner.Name)))
            : Find("NetworkPolicy", policy.ToString(), field, manifest);
    }

    private static PolicyOrigin Find(string kind, string name, string field, Manifest? manifest) =>
        new(kind, name, field, field.Length == 0 ? manifest?.Position : manifest?.PositionOf(field));

    private static string OriginOf(StampedPolicy stamped, string direction, int rule)
    {
        var origins = direction == Directions.Ingress ? stamped.IngressOrigins : stamped.EgressOrigins;
        return rule < origins.Length ? origins[rule] : "";
    }

    private static PolicyReference ReferenceTo(V1NetworkPolicy policy) =>
        new(policy.Metadata.NamespaceProperty ?? "", policy.Metadata.Name);
}

/// <summary>What somebody wrote of which a NetworkPolicy, or a rule of it, came.</summary>
/// <param name="Kind">Kind of the object that was written.</param>
/// <param name="Name">Its name, with its namespace before a slash if it has one.</param>
/// <param name="Field">Path of the rule in it; empty for the object as a whole, or when the rule stands for no field.</param>
/// <param name="Position">Where it stands; null when that is not known.</param>
internal sealed record PolicyOrigin(string Kind, string Name, string Field, ManifestPosition? Position)
{
    public string Title => Field.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name} {Field}";

    /// <summary>The place in brackets, for the end of a line; empty when it is not known, or says nothing more than the title.</summary>
    public string Place => Position is { Line: > 0 } position ? $" ({position})" : "";
}
