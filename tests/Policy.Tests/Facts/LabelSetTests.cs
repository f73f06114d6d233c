using Palisade.Policy.Selectors;

namespace Palisade.Policy.Tests.Facts;

public sealed class LabelSetTests
{
    [Fact]
    public void Equals_SameLabelsInAnotherOrder_IsTrue()
    {
        var (one, other) = (Labels("a", "1", "b", "2"), Labels("b", "2", "a", "1"));

        one.ShouldBe(other);
        one.GetHashCode().ShouldBe(other.GetHashCode());
        one.ToString().ShouldBe("a=1,b=2");
    }

    [Theory]
    [InlineData("a", "2")]
    [InlineData("1", "a")]
    [InlineData("a", "1", "b", "2")]
    [InlineData]
    public void Equals_OtherLabels_IsFalse(params string[] other) => Labels("a", "1").Equals(Labels(other)).ShouldBeFalse();

    [Fact]
    public void From_NoneGiven_IsEmpty()
    {
        LabelSet.From(null).ShouldBeSameAs(LabelSet.Empty);
        LabelSet.From(new Dictionary<string, string>(StringComparer.Ordinal)).ShouldBeSameAs(LabelSet.Empty);
    }

    [Fact]
    public void TryGetValue_KeyByKey_FindsEach()
    {
        var labels = LabelSet.From(Enumerable.Range(0, 30).ToDictionary(i => $"key-{i}", i => $"{i}", StringComparer.Ordinal));

        labels.Count.ShouldBe(30);
        for (var i = 0; i < 30; i++)
        {
            labels[$"key-{i}"].ShouldBe($"{i}");
        }

        labels.TryGetValue("key", out _).ShouldBeFalse();
        Should.Throw<KeyNotFoundException>(() => labels["key"]);
    }

    [Theory]
    [InlineData("In", "app", new[] { "web", "db" }, true)]
    [InlineData("In", "app", new[] { "db" }, false)]
    [InlineData("NotIn", "app", new[] { "db" }, true)]
    [InlineData("NotIn", "tier", new[] { "front" }, true)]
    [InlineData("Exists", "app", null, true)]
    [InlineData("Exists", "tier", null, false)]
    [InlineData("DoesNotExist", "tier", null, true)]
    [InlineData("Near", "app", null, false)]
    public void Matches_Requirement_IsAsForTheLabelsOfAnObject(string operation, string key, string[]? values, bool expected)
    {
        var selector = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web" },
            MatchExpressions =
            [
                new()
                {
                    Key = key,
                    OperatorProperty = operation,
                    Values = values,
                },
            ],
        };
        var wire = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web", ["env"] = "live" };

        LabelSelectorMatcher.Matches(selector, LabelSet.From(wire)).ShouldBe(expected);
        LabelSelectorMatcher.Matches(selector, wire).ShouldBe(expected);
        LabelSelectorMatcher.Matches(selector, LabelSet.Empty).ShouldBeFalse("app is required");
    }

    private static LabelSet Labels(params string[] pairs) =>
        LabelSet.From(pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
}
