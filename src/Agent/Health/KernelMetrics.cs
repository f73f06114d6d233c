using System.Diagnostics.Metrics;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;

namespace Palisade.Agent.Health;

/// <summary>What the kernel holds and has counted, as it was last read back: nothing is read for the sake of a scrape.</summary>
/// <remarks>Counters are the kernel's own: they start over when a chain is rewritten, which Prometheus knows how to take.</remarks>
public sealed class KernelMetrics
{
    // A label is read by people, and a policy may be stamped into hundreds of namespaces.
    private const int MaxNamed = 10;

    // Somebody who writes policies must not be able to fill the memory of those who scrape.
    private const int MaxRefused = 100;
    private volatile IReadOnlyList<Measurement<int>> _refused = [];
    private volatile KernelCensus _census = new();

    /// <summary>Makes the instruments.</summary>
    public KernelMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        meter.CreateObservableGauge(
            "palisade_agent_kernel_objects",
            () => Objects(_census),
            description: "What the kernel holds of Palisade's, by kind: set, entry, chain, rule."
        );
        meter.CreateObservableGauge(
            "palisade_agent_refused_policy",
            () => _refused,
            description: "1 for each part of a NetworkPolicy that the node's kernel does not take, at most 100: policy, field, and what is lacking."
        );
        meter.CreateObservableCounter(
            "palisade_agent_policy_accepted_packets",
            () => _census.Accepted.SelectMany(Accepted),
            description: "First packets of connections that a NetworkPolicy let through, by direction and chain; policies with equal content share a chain and its count."
        );
        meter.CreateObservableCounter(
            "palisade_agent_class_denied_packets",
            () =>
                _census
                    .Denied.Select(count => Denied(count, "denied"))
                    .Concat(_census.WouldBeDenied.Select(count => Denied(count, "would-deny"))),
            description: "First packets of connections that no policy of a class of pods allowed, by direction and verdict: denied, would-deny; a pod's packets to itself are counted and pass."
        );
        meter.CreateObservableCounter(
            "palisade_agent_unknown_pod_dropped_packets",
            () => _census.UnknownPods,
            description: "Packets dropped because their address, in the node's pod range or link-local, is of no pod that the agent knows, or because a pod sent them to all of its bridge."
        );
    }

    /// <summary>The kernel was read back.</summary>
    public void Read(KernelCensus census) => _census = census;

    /// <summary>The kernel does not take these parts of policies.</summary>
    public void Refused(IEnumerable<CompileProblem> problems) =>
        _refused = [
            .. problems
                .Select(problem => (problem.Policy, problem.Field, problem.Lacks))
                .Distinct()
                .Take(MaxRefused)
                .Select(item => new Measurement<int>(1, new("policy", item.Policy), new("field", item.Field), new("lacks", item.Lacks))),
        ];

    private static IEnumerable<Measurement<long>> Objects(KernelCensus census) =>
        [Kind("set", census.Sets), Kind("entry", census.Entries), Kind("chain", census.Chains), Kind("rule", census.Rules)];

    private static Measurement<long> Kind(string kind, int count) => new(count, new KeyValuePair<string, object?>("kind", kind));

    private static IEnumerable<Measurement<long>> Accepted(ChainCount count) =>
        count.Policies.Select(policy => new Measurement<long>(
            count.Packets,
            new("policy", policy),
            new("direction", Word(count.Direction)),
            new("chain", count.Key)
        ));

    private static Measurement<long> Denied(ChainCount count, string verdict) =>
        new(
            count.Packets,
            new("class", count.Key),
            new("direction", Word(count.Direction)),
            new("verdict", verdict),
            new(
                "policies",
                string.Join(", ", count.Policies.Take(MaxNamed))
                    + (count.Policies.Length > MaxNamed ? $" and {count.Policies.Length - MaxNamed} more" : "")
            )
        );

    private static string Word(Direction direction) => direction == Direction.Egress ? "egress" : "ingress";
}
