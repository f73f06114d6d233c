using Palisade.Policy.Expansion;

namespace Palisade.Policy.Tests.Expansion;

public sealed class NamespaceSelectionTests
{
    [Theory]
    [InlineData("shop", "{}", "[]", "{}", NamespaceReason.Matched)]
    [InlineData("shop", "{matchLabels: {tier: web}}", "[]", "{tier: web}", NamespaceReason.Matched)]
    [InlineData("shop", "{matchLabels: {tier: web}}", "[]", "{tier: db}", NamespaceReason.NotSelected)]
    [InlineData("shop", "null", "[]", "{tier: web}", NamespaceReason.NotSelected)]
    [InlineData("shop", "{}", "[shop]", "{}", NamespaceReason.Excluded)]
    [InlineData("shop", "{}", "[sho]", "{}", NamespaceReason.Matched)]
    [InlineData("sandbox-7", "{}", "[legacy, 'sandbox-*']", "{}", NamespaceReason.Excluded)]
    [InlineData("shop", "{}", "[]", "{palisade.dev/opt-out: 'true'}", NamespaceReason.OptedOut)]
    [InlineData("shop", "{}", "[]", "{palisade.dev/opt-out: 'false'}", NamespaceReason.Matched)]
    [InlineData("kube-system", "{}", "[]", "{}", NamespaceReason.SystemNamespace)]
    [InlineData("shop", "{matchExpressions: [{key: a, operator: Near}]}", "[]", "{}", NamespaceReason.InvalidSelector)]
    public void Decide_ClusterNetworkPolicy_GivesTheReason(
        string name,
        string selector,
        string excluded,
        string labels,
        NamespaceReason reason
    )
    {
        var policy = Yaml.Read<ClusterNetworkPolicy>(
            $"spec: {{namespaceSelector: {selector}, excludedNamespaces: {excluded}, allowOptOut: true}}"
        );
        NamespaceSelection.From(policy, "palisade-system").Decide(Namespace(name, labels)).Reason.ShouldBe(reason);
    }

    [Fact]
    public void Decide_OptOutNotAllowed_Matches()
    {
        var policy = Yaml.Read<ClusterNetworkPolicy>("spec: {namespaceSelector: {}}");
        NamespaceSelection.From(policy, "palisade-system").Matches(Namespace("shop", "{palisade.dev/opt-out: 'true'}")).ShouldBeTrue();
    }

    [Fact]
    public void Decide_ProfileThatAllowsIt_MayBeOptedOutOf()
    {
        var closed = Namespace("shop", "{palisade.dev/opt-out: 'true'}");
        var profile = Yaml.Read<DefaultDenyProfile>("spec: {namespaceSelector: {}, allowOptOut: true}");
        NamespaceSelection.From(profile, "palisade-system").Decide(closed).Reason.ShouldBe(NamespaceReason.OptedOut);
        profile.Spec.AllowOptOut = null;
        NamespaceSelection.From(profile, "palisade-system").Matches(closed).ShouldBeTrue();
    }

    [Theory]
    [InlineData("kube-system", "false", NamespaceReason.SystemNamespace)]
    [InlineData("kube-public", "false", NamespaceReason.SystemNamespace)]
    [InlineData("kube-node-lease", "null", NamespaceReason.SystemNamespace)]
    [InlineData("openshift-dns", "null", NamespaceReason.SystemNamespace)]
    [InlineData("palisade-system", "false", NamespaceReason.SystemNamespace)]
    [InlineData("palisade-system", "true", NamespaceReason.Matched)]
    [InlineData("kube-system", "true", NamespaceReason.Matched)]
    [InlineData("default", "false", NamespaceReason.Matched)]
    public void Decide_EitherKind_SparesTheSystem(string name, string include, NamespaceReason reason)
    {
        var spec = $"spec: {{namespaceSelector: {{}}, includeSystemNamespaces: {include}}}";
        var target = Namespace(name, "{}");
        NamespaceSelection.From(Yaml.Read<DefaultDenyProfile>(spec), "palisade-system").Decide(target).Reason.ShouldBe(reason);
        NamespaceSelection.From(Yaml.Read<ClusterNetworkPolicy>(spec), "palisade-system").Decide(target).Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("{metadata: {name: shop}, status: {phase: Terminating}}")]
    [InlineData("{metadata: {name: shop, deletionTimestamp: '2026-01-01T00:00:00Z'}}")]
    public void Decide_Terminating_LeavesAlone(string target)
    {
        var policy = Yaml.Read<ClusterNetworkPolicy>("spec: {namespaceSelector: {}}");
        var decision = NamespaceSelection.From(policy, "palisade-system").Decide(NamespaceFacts.From(Yaml.Read<V1Namespace>(target)));
        decision.Reason.ShouldBe(NamespaceReason.Terminating);
        decision.LeaveAlone.ShouldBeTrue();
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "a", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b", "ab-ab-a", false)]
    [InlineData("team-*-dev", "team-a-dev-dev", true)]
    [InlineData("", "a", false)]
    [InlineData("", "", true)]
    public void IsMatch_Glob_MatchesTheWholeName(string pattern, string name, bool expected) =>
        NamespaceGlob.IsMatch(pattern, name).ShouldBe(expected);

    [Fact]
    public void IsMatch_RandomGlobs_AgreesWithRegularExpressions()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Text(random, "ab*?", 8);
            var name = Text(random, "ab", 8);
            var regex = "^" + pattern.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.') + "$";
            var expected = System.Text.RegularExpressions.Regex.IsMatch(name, regex, default, TimeSpan.FromSeconds(60));
            NamespaceGlob.IsMatch(pattern, name).ShouldBe(expected, $"{pattern} {name}");
        }
    }

    private static string Text(Random random, string alphabet, int length) =>
        new([.. Enumerable.Range(0, random.Next(length)).Select(_ => alphabet[random.Next(alphabet.Length)])]);

    private static NamespaceFacts Namespace(string name, string labels) =>
        NamespaceFacts.From(Yaml.Read<V1Namespace>($"{{metadata: {{name: {name}, labels: {labels}}}}}"));
}
