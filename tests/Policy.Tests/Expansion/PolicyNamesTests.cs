using Palisade.Policy.Expansion;

namespace Palisade.Policy.Tests.Expansion;

public sealed class PolicyNamesTests
{
    [Fact]
    public void For_ShortName_PrefixesIt()
    {
        PolicyNames.For(new ClusterNetworkPolicy { Metadata = new() { Name = "web.v2" } }).ShouldBe("palisade-cnp-web.v2");
        PolicyNames.For(new DefaultDenyProfile { Metadata = new() { Name = "web.v2" } }).ShouldBe("palisade-ddp-web.v2");
    }

    [Fact]
    public void For_NameOfTheLimit_IsKept() =>
        PolicyNames.For(new ClusterNetworkPolicy { Metadata = new() { Name = new string('a', 240) } }).Length.ShouldBe(253);

    [Theory]
    [InlineData('a')]
    [InlineData('.')]
    [InlineData('-')]
    public void For_LongNames_StaysInTheLimitAndTellsThemApart(char separator)
    {
        var common = new string('a', 218) + new string(separator, 5) + new string('b', 29);
        var one = PolicyNames.For(new ClusterNetworkPolicy { Metadata = new() { Name = common + "1" } });
        var two = PolicyNames.For(new ClusterNetworkPolicy { Metadata = new() { Name = common + "2" } });
        one.Length.ShouldBeLessThanOrEqualTo(253);
        one.ShouldMatch("^palisade-cnp-[a-z0-9]([-a-z0-9.]*[a-z0-9])?-[0-9a-f]{20}$");
        one.ShouldNotContain(".-");
        one.ShouldNotBe(two, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("palisade-cnp-x", "palisade.dev/v1alpha1", "ClusterNetworkPolicy", true)]
    [InlineData("palisade-ddp-x", "palisade.dev/v1", "DefaultDenyProfile", true)]
    [InlineData("palisade-cnp-x", "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", false)]
    [InlineData("palisade-cnp-x", "apps/v1", "Deployment", false)]
    [InlineData("palisade-cnp-x", "palisade.dev/v1alpha1", "DefaultDenyProfile", false)]
    [InlineData("open", "palisade.dev/v1alpha1", "ClusterNetworkPolicy", false)]
    public void OwnerOf_Reference_IsOursByGroupKindAndTheNameItStamps(string name, string apiVersion, string kind, bool ours)
    {
        var policy = new V1NetworkPolicy
        {
            Metadata = new()
            {
                Name = name,
                OwnerReferences =
                [
                    new()
                    {
                        ApiVersion = apiVersion,
                        Kind = kind,
                        Name = "x",
                    },
                ],
            },
        };
        (PolicyNames.OwnerOf(policy) is not null).ShouldBe(ours);
    }

    [Fact]
    public void AlternateFor_Uid_IsPartOfTheName()
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "web.v2", Uid = "a" },
        };
        var name = PolicyNames.AlternateFor(policy);
        name.ShouldMatch("^palisade-cnp-web\\.v2-[0-9a-f]{20}$");
        policy.Metadata.Uid = "b";
        PolicyNames.AlternateFor(policy).ShouldNotBe(name, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(240)]
    [InlineData(253)]
    public void AlternateFor_LongName_StaysInTheLimit(int length)
    {
        var profile = new DefaultDenyProfile
        {
            Metadata = new() { Name = new string('a', length), Uid = "a" },
        };
        PolicyNames.AlternateFor(profile).Length.ShouldBe(PolicyNames.MaxLength);
        PolicyNames.AlternateFor(profile).ShouldNotBe(PolicyNames.For(profile), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("b", false)]
    public void OwnerOf_OtherName_IsOursByTheUidInIt(string uid, bool ours)
    {
        var profile = new DefaultDenyProfile
        {
            Metadata = new() { Name = "x", Uid = "a" },
        };
        var owner = new V1OwnerReference
        {
            ApiVersion = "palisade.dev/v1alpha1",
            Kind = "DefaultDenyProfile",
            Name = "x",
            Uid = uid,
        };
        var policy = new V1NetworkPolicy
        {
            Metadata = new() { Name = PolicyNames.AlternateFor(profile), OwnerReferences = [owner] },
        };
        (PolicyNames.OwnerOf(policy) is not null).ShouldBe(ours);
    }
}
