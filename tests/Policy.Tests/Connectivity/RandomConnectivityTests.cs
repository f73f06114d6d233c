using Palisade.Dataplane.Tests.Model;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Connectivity;

/// <summary>On random clusters the analysis says of every pod, address and port what the evaluator says.</summary>
public sealed class RandomConnectivityTests
{
    private const int ClustersPerSeed = 12;
    private static readonly int[] Ports = [1, 53, 80, 99, 100, 8080, 9000, 65535];
    private static readonly IpAddress[] Outside =
    [
        .. ((string[])["10.3.0.1", "192.0.2.9", "198.51.100.1", "192.168.50.1", "2001:db8::1", "2001:db9::1"]).Select(IpAddress.Parse),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Allowed_RandomCluster_AgreesWithTheEvaluator(int seed)
    {
        foreach (var snapshot in Clusters(seed))
        {
            var (analysis, evaluator) = (ConnectivityAnalysis.From(snapshot), new VerdictEvaluator(snapshot));
            foreach (var connection in Connections(snapshot))
            {
                var verdict = evaluator.Evaluate(connection);
                if (verdict.Reason == VerdictReason.Policies)
                {
                    var ports = analysis.Allowed(
                        EndOf(analysis, connection.Source),
                        EndOf(analysis, connection.Destination),
                        connection.Family!.Value
                    );
                    ports.Contains(connection.Protocol, connection.Port).ShouldBe(verdict.Allowed, $"{connection}: {ports}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Explain_RandomCluster_NamesTheRulesThatTheEvaluatorNames(int seed)
    {
        foreach (var snapshot in Clusters(seed).Take(3))
        {
            var (analysis, evaluator) = (ConnectivityAnalysis.From(snapshot), new VerdictEvaluator(snapshot));
            foreach (var connections in Connections(snapshot).GroupBy(connection => connection with { Family = null }))
            {
                // A rule counts when it allows the connection in one family at least.
                var connection = connections.Key;
                var verdicts = connections.Select(evaluator.Evaluate).Where(verdict => verdict.Reason == VerdictReason.Policies).ToList();
                if (verdicts.Count > 0)
                {
                    var explained = analysis.Explain(EndOf(analysis, connection.Source), EndOf(analysis, connection.Destination));
                    ShouldAgree(explained.Egress, verdicts.ConvertAll(verdict => verdict.Egress), connection);
                    ShouldAgree(explained.Ingress, verdicts.ConvertAll(verdict => verdict.Ingress), connection);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Misses_RandomCluster_AreTheRulesThatTheVerdictDoesNotName(int seed)
    {
        foreach (var snapshot in Clusters(seed).Take(3))
        {
            var evaluator = new VerdictEvaluator(snapshot);
            var policies = snapshot.Policies.ToDictionary(policy => new PolicyReference(policy.Namespace, policy.Name));
            foreach (var connection in Connections(snapshot))
            {
                var (verdict, misses) = evaluator.Explain(connection);

                (verdict.Allowed, verdict.Reason).ShouldBe((evaluator.Evaluate(connection).Allowed, evaluator.Evaluate(connection).Reason));
                var named = verdict
                    .Egress.AllowedBy.Concat(verdict.Ingress.AllowedBy)
                    .Select(rule => (rule.Policy, rule.Direction, rule.Rule));
                var missed = misses.Select(rule => (rule.Policy, rule.Direction, rule.Rule));
                var egress = verdict.Egress.IsolatedBy.SelectMany(policy =>
                    Enumerable.Range(0, policies[policy].Spec.Egress?.Count ?? 0).Select(i => (policy, Directions.Egress, i))
                );
                var ingress = verdict.Ingress.IsolatedBy.SelectMany(policy =>
                    Enumerable.Range(0, policies[policy].Spec.Ingress?.Count ?? 0).Select(i => (policy, Directions.Ingress, i))
                );
                named.Concat(missed).ShouldBe(egress.Concat(ingress), ignoreOrder: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Between_ChangedCluster_GivesWhatTheEvaluatorsOfBothSay(int seed)
    {
        var clusters = Clusters(seed).ToList();
        foreach (var (old, now) in clusters.Zip(clusters.Skip(1)))
        {
            var (before, after) = (ConnectivityAnalysis.From(old), ConnectivityAnalysis.From(now));
            var (was, isNow) = (new VerdictEvaluator(old), new VerdictEvaluator(now));
            var difference = ConnectivityDifference.Between(before, after);
            foreach (var connections in Connections(now).GroupBy(connection => connection with { Family = null }))
            {
                // A connection is there as soon as one family lets it pass.
                var verdicts = connections.Select(c => (Was: was.Evaluate(c), Is: isNow.Evaluate(c))).ToList();
                if (verdicts.Exists(item => item.Was.Reason is VerdictReason.Policies && item.Is.Reason is VerdictReason.Policies))
                {
                    var opens = verdicts.Exists(item => item.Is.Allowed && !item.Was.Allowed);
                    var closes = verdicts.Exists(item => item.Was.Allowed && !item.Is.Allowed);
                    Mentions(difference.Opened, connections.Key).ShouldBe(opens, $"opened {connections.Key}");
                    Mentions(difference.Closed, connections.Key).ShouldBe(closes, $"closed {connections.Key}");
                }
            }
        }
    }

    private static void ShouldAgree(DirectionExplanation explained, List<DirectionVerdict> verdicts, Connection connection)
    {
        explained.IsolatedBy.ShouldBe(verdicts[0].IsolatedBy);
        explained
            .AllowedBy.Where(rule => rule.Ports.Contains(connection.Protocol, connection.Port))
            .Select(rule => (rule.Policy.ToString(), rule.Number))
            .ShouldBe(
                verdicts.SelectMany(verdict => verdict.AllowedBy).Select(rule => (rule.Policy.ToString(), rule.Rule)).Distinct().Order(),
                connection.ToString()
            );
    }

    private static bool Mentions(IEnumerable<ConnectivityChange> changes, Connection connection) =>
        changes.Any(change =>
            Holds(change.Source, connection.Source)
            && Holds(change.Destination, connection.Destination)
            && change.Ports.Contains(connection.Protocol, connection.Port)
        );

    private static ConnectivityEnd EndOf(ConnectivityAnalysis analysis, TrafficEnd end) => analysis.Ends.Single(item => Holds(item, end));

    private static bool Holds(ConnectivityEnd item, TrafficEnd end) =>
        end.Address is { } address
            ? item.Addresses.Contains(address)
            : item.Pods.Any(pod => pod.Name == end.Name && pod.Namespace == end.Namespace);

    private static IEnumerable<ClusterSnapshot> Clusters(int seed)
    {
        var cluster = new RandomCluster(seed);
        for (var i = 0; i < ClustersPerSeed; i++)
        {
            yield return cluster.Snapshot();
            cluster.Change();
        }
    }

    private static IEnumerable<Connection> Connections(ClusterSnapshot snapshot)
    {
        var pods = snapshot.Pods.Where(pod => pod.HoldsAddresses).Select(pod => TrafficEnd.Pod(pod.Namespace, pod.Name)).ToList();
        var outside = Outside.Select(TrafficEnd.From).ToList();
        var pairs = pods.SelectMany(
                pod => pods.Where(other => other != pod).Concat(outside),
                (source, destination) => (source, destination)
            )
            .Concat(outside.SelectMany(_ => pods, (source, destination) => (source, destination)));
        return from pair in pairs
            from family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6]
            from protocol in PortSet.Protocols
            from port in Ports
            select new Connection(pair.source, pair.destination, protocol, port) { Family = family };
    }
}
