namespace Palisade.Operator.Tests.Sources;

public sealed class PolicySourceTests
{
    private static readonly Dictionary<string, string> Typo = new(StringComparer.Ordinal)
    {
        ["kubectl.kubernetes.io/last-applied-configuration"] = """{"apiVersion":"palisade.dev/v1alpha1","kind":"%","spec":{"typo":{}}}""",
    };

    [Fact]
    public void Validate_TypoInAnAnnotationOfAnEarlierApply_FindsNothing()
    {
        var policy = Make.ClusterPolicy("x");
        policy.Metadata.Annotations = Named("ClusterNetworkPolicy");
        var profile = Make.Profile("x");
        profile.Metadata.Annotations = Named("DefaultDenyProfile");

        Make.Source(policy).Validate().ShouldBeEmpty();
        Make.Source(profile).Validate().ShouldBeEmpty();
    }

    private static Dictionary<string, string> Named(string kind) =>
        Typo.ToDictionary(entry => entry.Key, entry => entry.Value.Replace("%", kind, StringComparison.Ordinal), StringComparer.Ordinal);
}
