namespace Palisade.EndToEnd;

public sealed class RejectionTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Apply_MalformedIpBlock_IsRefusedWithPathValueReasonAndRemedy()
    {
        var result = await cluster.TryApplyAsync(
            """
            apiVersion: palisade.dev/v1alpha1
            kind: ClusterNetworkPolicy
            metadata: {name: malformed}
            spec:
              namespaceSelector: {}
              ingress:
              - from:
                - ipBlock: {cidr: 172.17.0.0/33}
                - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24, 172.18.1.0/24]}
            """,
            TestContext.Current.CancellationToken
        );

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(
            """spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "172.17.0.0/33": prefix length must be at most 32, for example "172.17.0.0/16" [PAL001]"""
        );
        result.Error.ShouldContain(
            """spec.ingress[0].from[1].ipBlock.except[1]: Invalid value: "172.18.1.0/24": must lie inside cidr "172.17.0.0/16" [PAL004]"""
        );
    }
}
