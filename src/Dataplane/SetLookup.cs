namespace Palisade.Dataplane;

/// <summary>A match of a packet against a set.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Dimensions">What of the packet is looked up: <c>src</c>, <c>dst</c> or <c>dst,dst</c>.</param>
/// <param name="IsNegated">Whether the packet must not be in the set.</param>
public sealed record SetLookup(string Set, string Dimensions, bool IsNegated = false)
{
    /// <summary>The match as iptables-save prints it.</summary>
    public override string ToString() => $"-m set {(IsNegated ? "! " : "")}--match-set {Set} {Dimensions}";
}
