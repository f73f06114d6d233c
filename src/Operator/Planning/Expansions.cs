using Palisade.Models;
using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>
/// Expansions of one custom resource in one state of the cluster. What is stamped depends on little of the namespace: the values of the labels
/// that tenant peers name, and whether it is Palisade's own. Namespaces alike in that share one spec, so that ten thousand of them
/// cost one expansion and one comparison. Not thread-safe.
/// </summary>
internal sealed class Expansions(PolicySource source, ExpansionContext context)
{
    private readonly Dictionary<string, ExpansionResult> _known = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _labels = source.TenantLabels;

    /// <summary>The custom resource that is expanded.</summary>
    public PolicySource Source => source;

    /// <summary>Whether these are the expansions of the given state.</summary>
    public bool AreOf(PolicySource other, ExpansionContext now) =>
        ReferenceEquals(context, now)
        && source.Metadata.Uid == other.Metadata.Uid
        && source.Metadata.Generation == other.Metadata.Generation
        && source.IsDeleting == other.IsDeleting;

    /// <summary>What is stamped into a namespace; its spec is shared and must not be changed.</summary>
    public ExpansionResult Of(V1Namespace target)
    {
        var key = KeyOf(target);
        if (!_known.TryGetValue(key, out var result))
        {
            return _known[key] = Spelled(source.Expand(target, context));
        }

        return result.Policy is { } policy ? result with { Policy = For(target, policy) } : result;
    }

    /// <summary>With the spec as it is sent, so that it need not be made anew for every namespace.</summary>
    private static ExpansionResult Spelled(ExpansionResult result)
    {
        if (result.Policy is { Spec: { } spec } policy)
        {
            policy.Spec = WireForm.Spell(spec);
        }

        return result;
    }

    private static V1NetworkPolicy For(V1Namespace target, V1NetworkPolicy policy) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = policy.Metadata.Name,
                NamespaceProperty = target.Metadata.Name,
                Labels = policy.Metadata.Labels,
                OwnerReferences = policy.Metadata.OwnerReferences,
            },
            Spec = policy.Spec,
        };

    private string KeyOf(V1Namespace target)
    {
        var own = target.Metadata.Name == context.OwnNamespace ? "own" : "";
        if (_labels.Count == 0)
        {
            return own;
        }

        // No label value contains a slash or a question mark.
        var values = _labels.Select(label => target.Metadata.Labels is { } has && has.TryGetValue(label, out var value) ? value : "?");
        return $"{own}/{string.Join('/', values)}";
    }
}
