using System.Globalization;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Agent.Revocation;

/// <summary>Says which tracked connections the enforced policies do not allow, at their end on this node.</summary>
public sealed class FlowJudge
{
    private readonly VerdictEvaluator _evaluator;
    private readonly HashSet<IpAddress> _isolatedForEgress;
    private readonly HashSet<IpAddress> _isolatedForIngress;

    /// <summary>Makes a judge of what is enforced.</summary>
    public FlowJudge(EnforcedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var audit = state
            .Ruleset.Classes.Where(candidate => candidate.IsAudit)
            .Select(candidate => candidate.Key)
            .ToHashSet(StringComparer.Ordinal);
        _evaluator = new VerdictEvaluator(state.Snapshot);
        _isolatedForEgress = [.. Addresses(state, pod => pod.EgressClass, audit)];
        _isolatedForIngress = [.. Addresses(state, pod => pod.IngressClass, audit)];
    }

    /// <summary>Whether any pod of the node is isolated: if not, there is nothing to look for.</summary>
    public bool IsNeeded => _isolatedForEgress.Count > 0 || _isolatedForIngress.Count > 0;

    /// <summary>Whether the rules would deny this connection if it were opened now.</summary>
    public bool IsDenied(ConntrackFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var sends = _isolatedForEgress.Contains(flow.Source);
        var receives = _isolatedForIngress.Contains(flow.Destination);
        if (!sends && !receives)
        {
            return false;
        }
        var verdict = _evaluator.Evaluate(
            new Connection(TrafficEnd.Of(flow.Source), TrafficEnd.Of(flow.Destination), Protocol(flow.Protocol), flow.DestinationPort)
        );
        return verdict.Reason == VerdictReason.Policies && ((sends && !verdict.Egress.Allows) || (receives && !verdict.Ingress.Allows));
    }

    private static IEnumerable<IpAddress> Addresses(
        EnforcedState state,
        Func<Dataplane.LocalPod, string?> classOf,
        HashSet<string> audit
    ) => state.Ruleset.Pods.Where(pod => classOf(pod) is { } key && !audit.Contains(key)).SelectMany(pod => pod.Addresses);

    private static string Protocol(byte number) =>
        number switch
        {
            6 => "TCP",
            17 => "UDP",
            132 => "SCTP",
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
}
