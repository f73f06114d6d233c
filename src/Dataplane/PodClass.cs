using System.Collections.Immutable;

namespace Palisade.Dataplane;

/// <summary>
/// The isolated local pods that may do the same in one direction. Two pods are of one class when the policies that select them
/// compile to the same chains, whatever the policies' names.
/// </summary>
/// <param name="Key">Hash of direction, kind and chains.</param>
/// <param name="Direction">Direction in which the pods are isolated.</param>
/// <param name="IsAudit">Whether what is not allowed is only logged.</param>
/// <param name="Chains">Names of the policy chains, in order; none when the policies allow nothing.</param>
/// <param name="Policies">The policies, as namespace/name, of all the class's pods; human-readable.</param>
public sealed record PodClass(string Key, Direction Direction, bool IsAudit, ImmutableArray<string> Chains, ImmutableArray<string> Policies)
{
    /// <summary>Key of a class with these chains.</summary>
    public static string KeyOf(Direction direction, bool isAudit, IEnumerable<string> chains) =>
        ContentHash.Compute(["class", direction.ToString(), isAudit ? "audit" : "enforce", .. chains]);
}
