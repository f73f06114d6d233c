using Palisade.Policy.Expansion;

namespace Palisade.Policy.Tests.Expansion;

public sealed class StampedPolicyComparisonTests
{
    private const string Desired = """
        metadata:
          name: palisade-cnp-x
          labels: {app.kubernetes.io/managed-by: palisade}
          ownerReferences: [{apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, name: x, uid: u1, controller: true}]
        spec:
          ingress: []
          egress:
          - to: [{podSelector: {matchLabels: {}}}, {ipBlock: {cidr: 10.0.0.0/8, except: []}}]
            ports: [{port: 80, endPort: 90}]
        """;

    private const string Live = """
        metadata:
          name: palisade-cnp-x
          resourceVersion: "7"
          labels: {app.kubernetes.io/managed-by: palisade, other: x}
          ownerReferences: [{apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, name: x, uid: u1, controller: true}]
        spec:
          podSelector: {}
          policyTypes: [Ingress, Egress]
          egress:
          - to: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]
            ports: [{protocol: TCP, port: 80, endPort: 90}]
        """;

    [Fact]
    public void Differences_OnlyWhatTheApiServerFillsIn_IsNone() => Differences(Live).ShouldBeEmpty();

    [Theory]
    [InlineData("app.kubernetes.io/managed-by: palisade", "a: b", "metadata.labels[app.kubernetes.io/managed-by]")]
    [InlineData("uid: u1", "uid: u2", "metadata.ownerReferences")]
    [InlineData(", controller: true", "", "metadata.ownerReferences")]
    [InlineData("policyTypes: [Ingress, Egress]", "policyTypes: [Egress]", "spec.policyTypes")]
    [InlineData("port: 80", "port: 81", "spec.egress[0].ports[0].port")]
    [InlineData("port: 80", "port: \"80\"", "spec.egress[0].ports[0].port")]
    [InlineData(", endPort: 90", "", "spec.egress[0].ports[0].endPort")]
    [InlineData("protocol: TCP", "protocol: UDP", "spec.egress[0].ports[0].protocol")]
    [InlineData("{podSelector: {}}", "{namespaceSelector: {}}", "spec.egress[0].to[0].podSelector")]
    [InlineData("{podSelector: {}}", "{podSelector: {}, namespaceSelector: {}}", "spec.egress[0].to[0].namespaceSelector")]
    [InlineData("  podSelector: {}\n", "  podSelector: {matchLabels: {a: b}}\n", "spec.podSelector.matchLabels")]
    [InlineData("cidr: 10.0.0.0/8", "cidr: 10.0.0.0/9", "spec.egress[0].to[1].ipBlock.cidr")]
    [InlineData("policyTypes:", "ingress: [{}]\n  policyTypes:", "spec.ingress")]
    public void Differences_OneEdit_NamesTheField(string from, string to, string field)
    {
        Live.ShouldContain(from);
        Differences(Live.Replace(from, to, StringComparison.Ordinal)).ShouldContain(field, StringComparer.Ordinal);
    }

    [Fact]
    public void MissingFields_ServerDroppedEndPort_NamesIt() =>
        StampedPolicyComparison
            .MissingFields(
                Yaml.Read<V1NetworkPolicy>(Live.Replace(", endPort: 90", "", StringComparison.Ordinal)),
                Yaml.Read<V1NetworkPolicy>(Desired)
            )
            .ShouldBe(["spec.egress[0].ports[0].endPort"]);

    private static IReadOnlyList<string> Differences(string live) =>
        StampedPolicyComparison.Differences(Yaml.Read<V1NetworkPolicy>(live), Yaml.Read<V1NetworkPolicy>(Desired));
}
