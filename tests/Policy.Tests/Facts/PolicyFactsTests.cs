namespace Palisade.Policy.Tests.Facts;

public sealed class PolicyFactsTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(null, null, false)]
    public void Equals_Generation_TellsWhetherTheSpecIsTheSame(int? before, int? after, bool expected) =>
        PolicyFacts.From(Policy(before)).Equals(PolicyFacts.From(Policy(after))).ShouldBe(expected);

    [Fact]
    public void Equals_AnotherPolicyOfTheName_IsFalse()
    {
        var other = Policy(1);
        other.Metadata.Uid = "2";

        PolicyFacts.From(other).ShouldNotBe(PolicyFacts.From(Policy(1)));
    }

    [Fact]
    public void Equals_StatusAndAnnotations_DoNotMatter()
    {
        var other = Policy(1);
        (other.Metadata.ResourceVersion, other.Metadata.Annotations) = ("9", new Dictionary<string, string> { ["a"] = "b" });

        PolicyFacts.From(other).ShouldBe(PolicyFacts.From(Policy(1)));
        PolicyFacts.From(other).GetHashCode().ShouldBe(PolicyFacts.From(Policy(1)).GetHashCode());
    }

    [Theory]
    [InlineData("{podSelector: {}}", true, false)]
    [InlineData("{podSelector: {}, egress: []}", true, false)]
    [InlineData("{podSelector: {}, egress: [{}]}", true, true)]
    [InlineData("{podSelector: {}, policyTypes: [Egress]}", false, true)]
    [InlineData("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}", true, false)]
    [InlineData("{}", true, false)]
    public void Isolates_PolicyTypes_OrWhatTheyAreTakenFor(string spec, bool ingress, bool egress)
    {
        var policy = Read(spec);

        (policy.Isolates(Directions.Ingress), policy.Isolates(Directions.Egress)).ShouldBe((ingress, egress));
    }

    [Theory]
    [InlineData("{podSelector: {matchLabels: {app: web}}}", true)]
    [InlineData("{podSelector: {matchLabels: {app: db}}}", false)]
    [InlineData("{podSelector: {matchExpressions: [{key: app, operator: Near}]}}", true)]
    [InlineData("{}", true)]
    public void Isolates_Pod_BySelectorAndWhenInDoubt(string spec, bool expected)
    {
        var pod = new PodFacts
        {
            Namespace = "shop",
            Name = "web-1",
            Labels = LabelSet.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web" }),
        };

        Read(spec).Isolates(pod, Directions.Ingress).ShouldBe(expected);
        Read(spec).Isolates(pod with { Namespace = "blog" }, Directions.Ingress).ShouldBeFalse();
    }

    [Fact]
    public void From_StampedPolicy_KnowsItsCustomResource()
    {
        var stamped = Policy(1);
        stamped.Metadata.Name = "palisade-cnp-web";
        stamped.Metadata.OwnerReferences =
        [
            new()
            {
                ApiVersion = "palisade.dev/v1alpha1",
                Kind = "ClusterNetworkPolicy",
                Name = "web",
                Uid = "3",
            },
        ];

        PolicyFacts.From(stamped).StampedBy.ShouldBe(new OwnerFacts("ClusterNetworkPolicy", "web"));
        PolicyFacts.From(stamped).UsualName.ShouldBe("palisade-cnp-web");
        PolicyFacts.From(Policy(1)).StampedBy.ShouldBeNull();
        PolicyFacts.From(Policy(1)).UsualName.ShouldBe("p");
    }

    private static PolicyFacts Read(string spec) =>
        PolicyFacts.From(Yaml.Read<V1NetworkPolicy>($"{{metadata: {{name: p, namespace: shop}}, spec: {spec}}}"));

    private static V1NetworkPolicy Policy(int? generation)
    {
        var policy = Yaml.Read<V1NetworkPolicy>("{metadata: {name: p, namespace: shop, uid: '1'}, spec: {podSelector: {}}}");
        policy.Metadata.Generation = generation;
        return policy;
    }
}
