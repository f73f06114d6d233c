using Palisade.Operator.Caches;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Caches;

public sealed class NetworkPolicyTrimmerTests
{
    private readonly NetworkPolicyTrimmer _trimmer = new();

    [Fact]
    public void Trim_EqualSpecs_BecomeOne()
    {
        var source = Make.Source(Make.ClusterPolicy("x"));
        var (one, other) = (Make.Stamped(source, "a"), Make.Stamped(source, "b"));

        _trimmer.Trim(one);
        _trimmer.Trim(other);

        other.Spec.ShouldBeSameAs(one.Spec);
        other.Metadata.OwnerReferences!.Single().ShouldBeSameAs(one.Metadata.OwnerReferences!.Single());
        other.Metadata.Labels.ShouldBeSameAs(one.Metadata.Labels);
    }

    [Fact]
    public void Trim_DifferentSpecs_StayApart()
    {
        var one = Make.Stamped(Make.Source(Make.ClusterPolicy("x")), "a");
        var other = Make.Stamped(Make.Source(Make.ClusterPolicy("x", configure: spec => spec.Ingress = [new()])), "a");

        _trimmer.Trim(one);
        _trimmer.Trim(other);

        other.Spec!.Ingress!.Count.ShouldBe(1);
        one.Spec!.Ingress.ShouldBeNull();
    }

    [Fact]
    public void Trim_PolicyOfOthers_KeepsItsNameOnly()
    {
        var policy = Make.Stamped(Make.Source(Make.ClusterPolicy("x")), "a");
        policy.Metadata.OwnerReferences =
        [
            new()
            {
                ApiVersion = "apps/v1",
                Kind = "Deployment",
                Name = "x",
            },
        ];
        policy.Metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "x" };

        _trimmer.Trim(policy);

        (policy.Spec, policy.Metadata.Labels, policy.Metadata.OwnerReferences).ShouldBe((null, null, null));
        policy.Metadata.Name.ShouldBe("palisade-cnp-x");
    }

    [Fact]
    public void Trim_LabelsOfOthersBesideOurs_KeepsOurs()
    {
        var policy = Make.Stamped(Make.Source(Make.ClusterPolicy("x")), "a");
        policy.Metadata.Labels!["team"] = "a";

        _trimmer.Trim(policy);

        policy.Metadata.Labels!.Keys.ShouldBe([PolicyNames.ManagedByLabel]);
    }
}
