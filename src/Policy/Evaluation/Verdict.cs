using System.Collections.Immutable;
using System.Globalization;

namespace Palisade.Policy.Evaluation;

/// <summary>Whether a connection passes, and why.</summary>
/// <param name="Allowed">Whether it passes.</param>
/// <param name="Reason">What decided.</param>
/// <param name="Egress">What the source's policies say.</param>
/// <param name="Ingress">What the destination's policies say.</param>
public sealed record Verdict(bool Allowed, VerdictReason Reason, DirectionVerdict Egress, DirectionVerdict Ingress);

/// <summary>What the policies of one end say of one direction.</summary>
public sealed record DirectionVerdict
{
    /// <summary>An end that no policy isolates: everything passes.</summary>
    public static DirectionVerdict NotIsolated { get; } = new();

    /// <summary>Policies that isolate the pod for this direction, in order of their names.</summary>
    public ImmutableArray<PolicyReference> IsolatedBy { get; init; } = [];

    /// <summary>All rules that allow the connection, in order; empty when none does.</summary>
    public ImmutableArray<RuleReference> AllowedBy { get; init; } = [];

    /// <summary>Whether any policy isolates the pod for this direction.</summary>
    public bool IsIsolated => !IsolatedBy.IsEmpty;

    /// <summary>Whether this direction lets the connection pass.</summary>
    public bool Allows => !IsIsolated || !AllowedBy.IsEmpty;
}

/// <summary>What decided a verdict.</summary>
public enum VerdictReason
{
    /// <summary>The policies at both ends decided; the directions say how.</summary>
    Policies,

    /// <summary>Source and destination are the same pod, directly or by its Service.</summary>
    SamePod,

    /// <summary>One end is the node that the other end's pod runs on: kubelet probes, and answers to them.</summary>
    OwnNode,

    /// <summary>A pod of this name is not in the snapshot.</summary>
    NoSuchPod,

    /// <summary>The pod has no address yet, or has finished.</summary>
    NoAddress,

    /// <summary>The ends have no address family in common.</summary>
    NoCommonFamily,
}

/// <summary>A rule of a NetworkPolicy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Direction">Ingress or Egress.</param>
/// <param name="Rule">Number of the rule in its list, from 0.</param>
/// <param name="Peer">Number of the peer that matched; null when the rule has none and so lets everybody in.</param>
/// <param name="Port">Number of the port entry that matched; null when the rule has none and so allows every port.</param>
public sealed record RuleReference(PolicyReference Policy, string Direction, int Rule, int? Peer, int? Port)
{
    /// <summary>Path of the rule, or of the peer that matched, in the policy's spec.</summary>
    public string Field
    {
        get
        {
            var ingress = Direction == Directions.Ingress;
            var rule = string.Create(CultureInfo.InvariantCulture, $"spec.{(ingress ? "ingress" : "egress")}[{Rule}]");
            return Peer is null ? rule : string.Create(CultureInfo.InvariantCulture, $"{rule}.{(ingress ? "from" : "to")}[{Peer}]");
        }
    }

    /// <summary>namespace/name and the path.</summary>
    public override string ToString() => $"{Policy} {Field}";
}

/// <summary>Why a rule of a policy that isolates a pod does not allow a connection.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Direction">Ingress or Egress.</param>
/// <param name="Rule">Number of the rule in its list, from 0.</param>
/// <param name="MatchesPeer">Whether it is for the other end; then it is not for the port.</param>
public sealed record RuleMiss(PolicyReference Policy, string Direction, int Rule, bool MatchesPeer)
{
    /// <summary>Path of the rule in the policy's spec.</summary>
    public string Field => new RuleReference(Policy, Direction, Rule, Peer: null, Port: null).Field;
}

/// <summary>A NetworkPolicy by namespace and name; ordered by them.</summary>
/// <param name="Namespace">Namespace of the policy.</param>
/// <param name="Name">Name of the policy.</param>
public sealed record PolicyReference(string Namespace, string Name)
{
    /// <summary>namespace/name.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>What is assumed of addresses that stand in for ones that are not known. Policies only allow, so the two extremes are all there is.</summary>
public enum AddressAssumption
{
    /// <summary>They are taken as they stand, as if they were real.</summary>
    AsGiven,

    /// <summary>They are in a block only when every address that may be meant is: what is allowed then is allowed wherever pods get their addresses.</summary>
    Least,

    /// <summary>They are in a block as soon as one that may be meant is: what is denied then is denied wherever pods get their addresses.</summary>
    Most,
}
