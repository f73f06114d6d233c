using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>Decides what is to be done about one custom resource in one namespace. What is known goes in, what to do comes out; nothing else is read or written.</summary>
internal sealed class StampPlanner(SpecAgreement agreement, DroppedFields dropped)
{
    /// <summary>What is to be done in a namespace, which may be gone, that holds this under the names that the custom resource stamps.</summary>
    public StampDecision Decide(Expansions expansions, string namespaceName, NamespaceFacts? target, StampedPolicies there)
    {
        var source = expansions.Source;
        // A namespace that is being deleted is emptied by the cluster, in its order: removing policies first would open its pods.
        if (target is null || target.IsTerminating || source.IsOrphaning)
        {
            return new(StampVerb.Ignore, namespaceName);
        }

        if (source.IsDeleting || !source.Selects(target))
        {
            return source.KeepsUnselected ? new(StampVerb.Ignore, namespaceName) : Clear(source, namespaceName, there);
        }

        var expansion = expansions.For(target);
        if (expansion.IsAudit)
        {
            var decision = Clear(source, namespaceName, there);
            return decision.Verb == StampVerb.Ignore ? new(StampVerb.Keep, namespaceName) : decision with { IsMatched = true };
        }

        return PlaceIn(source, there) is { } place
            ? Stamp(expansions, expansion, target, place)
            : new(StampVerb.Conflict, namespaceName) { Reason = ConditionReasons.NameConflict, Message = Conflict(source) };
    }

    /// <summary>Whether what stands in the namespace is, to the last field, what the custom resource expands to.</summary>
    public bool IsAsExpanded(Expansions expansions, NamespaceFacts target, StampedPolicies there) =>
        expansions.Source.Selects(target)
        && PlaceIn(expansions.Source, there) is { Current: { } current } place
        && expansions.For(target).Policy is { } desired
        && agreement.Holds(current, Named(desired, place.Name));

    /// <summary>The NetworkPolicy under another name; a copy only where that is needed, or asked for.</summary>
    public static V1NetworkPolicy Named(V1NetworkPolicy policy, string name, bool copy = false) =>
        policy.Metadata.Name == name && !copy
            ? policy
            : new V1NetworkPolicy
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name,
                    NamespaceProperty = policy.Metadata.NamespaceProperty,
                    Labels = policy.Metadata.Labels,
                    OwnerReferences = policy.Metadata.OwnerReferences,
                },
                Spec = policy.Spec,
            };

    /// <summary>What is said of a namespace where both names are taken.</summary>
    public static string Conflict(PolicySource source) =>
        $"NetworkPolicies {source.StampedName} and {source.AlternateName} exist and are not Palisade's; they are left alone. Delete or rename one, or exclude the namespace";

    /// <summary>
    /// Where ours is to stand: under the usual name, or under the other where somebody else has the usual one; null where both are somebody
    /// else's. Whatever else is ours is surplus.
    /// </summary>
    private static Place? PlaceIn(PolicySource source, StampedPolicies there)
    {
        var usual = OwnershipRule.Classify(there.Usual, source.Kind, source.Metadata);
        var alternate = OwnershipRule.Classify(there.Alternate, source.Kind, source.Metadata);
        return (usual, alternate) switch
        {
            (not Ownership.Foreign, _) => new(
                source.StampedName,
                there.Usual,
                usual,
                IsOurs(alternate) ? [there.Alternate!, .. there.Earlier] : there.Earlier,
                there.Earlier.Count > 0
            ),
            (_, not Ownership.Foreign) => new(source.AlternateName, there.Alternate, alternate, there.Earlier, there.Earlier.Count > 0),
            _ => null,
        };
    }

    private static StampDecision Clear(PolicySource source, string namespaceName, StampedPolicies there)
    {
        var usual = OwnershipRule.Classify(there.Usual, source.Kind, source.Metadata);
        var alternate = OwnershipRule.Classify(there.Alternate, source.Kind, source.Metadata);
        V1NetworkPolicy?[] ours = [IsOurs(usual) ? there.Usual : null, IsOurs(alternate) ? there.Alternate : null, .. there.Earlier];
        IReadOnlyList<V1NetworkPolicy> surplus = [.. ours.OfType<V1NetworkPolicy>()];
        return surplus.Count == 0
            ? new(StampVerb.Ignore, namespaceName)
            : new(StampVerb.Remove, namespaceName)
            {
                Surplus = surplus,
                Ownership = IsOurs(usual) ? usual : Ownership.Ours,
                TouchesEarlier = there.Earlier.Count > 0,
                IsMatched = false,
            };
    }

    private StampDecision Stamp(Expansions expansions, ExpansionResult expansion, NamespaceFacts target, Place place)
    {
        var (reason, message) = Shortfall(expansion);
        if (Desired(expansions, expansion, target, place) is not { } desired)
        {
            return new(StampVerb.Wait, target.Name)
            {
                Reason = reason.Length > 0 ? reason : UnresolvedPeer.EntityNotFound,
                Message = reason.Length > 0 ? message : DnsNotFound,
            };
        }

        if (Without(desired) is { Paths.Count: > 0 } kept)
        {
            (reason, message, desired) = (ConditionReasons.FieldsDropped, kept.Message, kept.Left);
        }

        var decision = new StampDecision(StampVerb.Keep, target.Name)
        {
            TouchesEarlier = place.TouchesEarlier,
            Surplus = place.Surplus,
            OtherName = place.Name == expansions.Source.StampedName ? null : place.Name,
            Reason = reason,
            Message = message,
        };
        if (desired is null)
        {
            return decision with { Verb = StampVerb.Wait };
        }

        if (place.Current is { } current && agreement.Holds(current, desired))
        {
            var verb =
                place.Surplus.Count > 0 ? StampVerb.Remove
                : reason.Length > 0 ? StampVerb.Wait
                : StampVerb.Keep;
            return decision with { Verb = verb };
        }

        return decision with
        {
            Verb = place.Current is null ? StampVerb.Create : StampVerb.Apply,
            Desired = desired,
            Current = place.Current,
            Ownership = place.Ownership,
        };
    }

    /// <summary>What is to stand there; null when what stands, or nothing, is to stay as it is.</summary>
    private V1NetworkPolicy? Desired(Expansions expansions, ExpansionResult expansion, NamespaceFacts target, Place place)
    {
        if (expansion.Policy is { } policy)
        {
            var desired = Named(policy, place.Name);
            var mayHaveBeenResolved = expansion.UsesConventionalDns && !expansions.KnowsDnsByConvention;
            return mayHaveBeenResolved && place.Current is not null && !agreement.Holds(place.Current, desired) ? null : desired;
        }

        var kept = place.Current is null ? expansion.WithoutNodes : expansions.LastGood(target);
        return kept is null ? null : Named(kept, place.Name);
    }

    /// <summary>What is left of a policy where some fields are not kept; null where that would mean something else.</summary>
    private (IReadOnlyList<string> Paths, string Message, V1NetworkPolicy? Left) Without(V1NetworkPolicy desired)
    {
        var paths = new List<string>();
        var left = desired.Spec;
        while (left is not null && dropped.Find(desired.Metadata.NamespaceProperty!, left) is { } part)
        {
            paths.AddRange(part.Paths);
            left = part.Left;
        }

        var consequence = left is null
            ? "without it the policy would mean something else, so it is not stamped, and what was stamped before stays"
            : "the ports and peers that need it are left out, so that less is open than was asked for";
        var message = $"the API server does not keep {string.Join(", ", paths)}; {consequence}";
        return (paths, message, left is null ? null : new V1NetworkPolicy { Metadata = desired.Metadata, Spec = left });
    }

    /// <summary>Why not all that was asked for can stand; empty when it can.</summary>
    private static (string Reason, string Message) Shortfall(ExpansionResult expansion)
    {
        if (expansion.Unresolved.IsEmpty)
        {
            return ("", "");
        }

        var first = expansion.Unresolved[0];
        var meanwhile = expansion.WithoutNodes is null
            ? "what was stamped before stays as it is"
            : "what was stamped before stays as it is, and where nothing was, no address of a node is let through";
        return (first.Reason, $"{first.Field}: {first.Message}; {meanwhile}");
    }

    private const string DnsNotFound =
        "the cluster's DNS Service was not found since the operator started, and may have been found before; what was stamped before stays as it is";

    private static bool IsOurs(Ownership ownership) => ownership is Ownership.Ours or Ownership.SameNameOtherOwner;

    private sealed record Place(
        string Name,
        V1NetworkPolicy? Current,
        Ownership Ownership,
        IReadOnlyList<V1NetworkPolicy> Surplus,
        bool TouchesEarlier
    );
}
