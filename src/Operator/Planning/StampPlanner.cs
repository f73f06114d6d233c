using Palisade.Models;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>Decides what is to be done about one custom resource in one namespace. What is known goes in, what to do comes out; nothing else is read or written.</summary>
internal sealed class StampPlanner(SpecAgreement agreement)
{
    /// <summary>What is to be done.</summary>
    /// <param name="expansions">The custom resource, whose spec is valid, and what it expands to.</param>
    /// <param name="namespaceName">Name of the namespace.</param>
    /// <param name="target">The namespace; null when there is none of that name.</param>
    /// <param name="current">NetworkPolicy of the stamped name in that namespace; null when there is none.</param>
    public StampDecision Decide(Expansions expansions, string namespaceName, V1Namespace? target, V1NetworkPolicy? current)
    {
        var source = expansions.Source;
        // A namespace that is being deleted is emptied by the cluster, in its order: removing policies first would open its pods.
        if (target is null || IsTerminating(target) || source.IsOrphaning)
        {
            return new(StampVerb.Ignore, namespaceName);
        }

        var ownership = OwnershipRule.Of(current, source.Kind, source.Metadata);
        if (source.IsDeleting || !source.Selects(target))
        {
            return Clear(namespaceName, current, ownership);
        }

        var expansion = expansions.Of(target);
        if (expansion.IsAudit)
        {
            var decision = Clear(namespaceName, current, ownership);
            return decision.Verb == StampVerb.Ignore ? new(StampVerb.Keep, namespaceName) : decision with { IsMatched = true };
        }

        if (ownership == Ownership.Foreign)
        {
            return new(StampVerb.Yield, namespaceName) { Reason = ConditionReasons.NameConflict, Message = Conflict(source) };
        }

        return expansion.Policy is { } desired
            ? Stamp(namespaceName, desired, current, ownership)
            : new(StampVerb.Wait, namespaceName) { Reason = expansion.Unresolved[0].Reason, Message = Unresolved(expansion) };
    }

    /// <summary>What is said of a namespace where the name is taken.</summary>
    public static string Conflict(PolicySource source) =>
        $"NetworkPolicy {source.StampedName} exists and is not Palisade's; it is left alone. Delete or rename it, or exclude the namespace";

    private static StampDecision Clear(string namespaceName, V1NetworkPolicy? current, Ownership ownership) =>
        ownership is Ownership.Ours or Ownership.Namesake
            ? new(StampVerb.Remove, namespaceName)
            {
                Current = current,
                Ownership = ownership,
                IsMatched = false,
            }
            : new(StampVerb.Ignore, namespaceName);

    private StampDecision Stamp(string namespaceName, V1NetworkPolicy desired, V1NetworkPolicy? current, Ownership ownership)
    {
        if (current is null)
        {
            return new(StampVerb.Create, namespaceName) { Desired = desired };
        }

        return agreement.Holds(current, desired)
            ? new(StampVerb.Keep, namespaceName)
            : new(StampVerb.Apply, namespaceName)
            {
                Desired = desired,
                Current = current,
                Ownership = ownership,
            };
    }

    private static string Unresolved(ExpansionResult expansion)
    {
        var first = expansion.Unresolved[0];
        return $"{first.Field}: {first.Message}; what was stamped before stays as it is";
    }

    private static bool IsTerminating(V1Namespace target) =>
        target.Metadata.DeletionTimestamp is not null || target.Status?.Phase == "Terminating";
}
