using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;
using Palisade.Testing;

namespace Palisade.Policy.Tests.Evaluation;

/// <summary>Whoever denies everything in Palisade's own namespace does not lock the API server out of the webhook by it.</summary>
public sealed class OwnNamespaceTests
{
    private const string Cluster = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: palisade-system}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: webhook, namespace: palisade-system, labels: {app.kubernetes.io/name: palisade-webhook}}
        status: {phase: Running, podIP: 10.244.0.5}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: deny, namespace: palisade-system}
        spec: {podSelector: {}, policyTypes: [Ingress]}

        """;

    [Theory]
    [InlineData(9443, true)]
    [InlineData(8080, true)]
    [InlineData(22, false)]
    public void Evaluate_DefaultDenyBesideTheShippedPolicies_LeavesTheWebhooksPortsOpen(int port, bool allowed)
    {
        var shipped = File.ReadAllText(Path.Combine(Repository.Root, "config", "webhook", "network-policy.yaml"));
        var evaluator = new VerdictEvaluator(Yaml.Snapshot($"{Cluster}---\n{shipped}"));
        var apiServer = TrafficEnd.From(IpAddress.Parse("203.0.113.7"));

        var connection = new Connection(apiServer, TrafficEnd.Pod("palisade-system", "webhook"), "TCP", port);

        evaluator.Evaluate(connection).Allowed.ShouldBe(allowed);
    }
}
