using Palisade.Policy.Selectors;

namespace Palisade.Policy.Tests.Selectors;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Web = new(StringComparer.Ordinal) { ["app"] = "web", ["tier"] = "" };

    [Theory]
    [InlineData("In", "app", "web", true)]
    [InlineData("In", "app", "db,web", true)]
    [InlineData("In", "app", "db", false)]
    [InlineData("In", "none", "db", false)]
    [InlineData("In", "app", "Web", false)]
    [InlineData("NotIn", "app", "web", false)]
    [InlineData("NotIn", "app", "db", true)]
    [InlineData("NotIn", "none", "db", true)]
    [InlineData("Exists", "app", null, true)]
    [InlineData("Exists", "tier", null, true)]
    [InlineData("Exists", "none", null, false)]
    [InlineData("DoesNotExist", "app", null, false)]
    [InlineData("DoesNotExist", "none", null, true)]
    [InlineData("exists", "app", null, false)]
    [InlineData("", "app", null, false)]
    [InlineData("NotIn", "app", null, false)]
    [InlineData("DoesNotExist", "none", "a", false)]
    public void Matches_OneRequirement_FollowsTheApi(string operation, string key, string? values, bool expected) =>
        LabelSelectorMatcher.Matches(Selector(operation, key, values), Web).ShouldBe(expected);

    [Fact]
    public void Matches_NullSelector_MatchesNothing() => LabelSelectorMatcher.Matches(null, Web).ShouldBeFalse();

    [Fact]
    public void Matches_EmptySelector_MatchesEverything()
    {
        LabelSelectorMatcher.Matches(new(), Web).ShouldBeTrue();
        LabelSelectorMatcher.Matches(new(), LabelSet.Empty).ShouldBeTrue();
    }

    [Fact]
    public void Matches_NoLabels_MatchesOnlyAbsence()
    {
        LabelSelectorMatcher.Matches(Selector("NotIn", "app", "web"), LabelSet.Empty).ShouldBeTrue();
        LabelSelectorMatcher.Matches(Selector("Exists", "app", null), LabelSet.Empty).ShouldBeFalse();
    }

    [Fact]
    public void Matches_LabelsAndExpressions_NeedsAll()
    {
        var selector = Selector("Exists", "tier", null);
        selector.MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web" };
        LabelSelectorMatcher.Matches(selector, Web).ShouldBeTrue();
        selector.MatchLabels["app"] = "db";
        LabelSelectorMatcher.Matches(selector, Web).ShouldBeFalse();
    }

    [Fact]
    public void Matches_InvalidBesideAMatch_ThrowsWhenAsked()
    {
        var selector = Selector("Near", "app", "web");
        var thrown = Should.Throw<InvalidSelectorException>(() => LabelSelectorMatcher.Matches(selector, Web, InvalidSelector.Throws));
        thrown.Message.ShouldBe("unknown operator 'Near' on 'app'");
    }

    [Fact]
    public void KeyOf_SameMeaning_IsTheSameText()
    {
        var left = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" },
            MatchExpressions =
            [
                new()
                {
                    Key = "c",
                    OperatorProperty = "NotIn",
                    Values = ["y", "x", "y"],
                },
            ],
        };
        var right = new V1LabelSelector
        {
            MatchExpressions =
            [
                new()
                {
                    Key = "c",
                    OperatorProperty = "NotIn",
                    Values = ["x", "y"],
                },
                new()
                {
                    Key = "a",
                    OperatorProperty = "In",
                    Values = ["1"],
                },
                new()
                {
                    Key = "b",
                    OperatorProperty = "In",
                    Values = ["2"],
                },
                new()
                {
                    Key = "b",
                    OperatorProperty = "In",
                    Values = ["2"],
                },
            ],
        };
        LabelSelectorKey.From(left).ShouldBe("a in (1),b in (2),c notin (x,y)");
        LabelSelectorKey.From(right).ShouldBe(LabelSelectorKey.From(left));
    }

    [Fact]
    public void KeyOf_NullAndEmpty_AreKeptApart()
    {
        LabelSelectorKey.From(null).ShouldBe(LabelSelectorKey.Nothing);
        LabelSelectorKey.From(new()).ShouldBe(LabelSelectorKey.Everything);
        LabelSelectorKey
            .From(new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) })
            .ShouldBe(LabelSelectorKey.Everything);
    }

    [Theory]
    [InlineData("Exists", "a),b in (c", null)]
    [InlineData("In", "a", "")]
    [InlineData("Exists", "a", "x")]
    [InlineData("exists", "a", null)]
    public void KeyOf_UnlikelyText_IsUnlikeAnyOther(string operation, string key, string? values)
    {
        var text = LabelSelectorKey.From(Selector(operation, key, values));
        string.Equals(text, LabelSelectorKey.From(Selector("Exists", "a", null)), StringComparison.Ordinal).ShouldBeFalse();
        string.Equals(text, LabelSelectorKey.From(Selector("In", "a", null)), StringComparison.Ordinal).ShouldBeFalse();
    }

    private static V1LabelSelector Selector(string operation, string key, string? values) =>
        new()
        {
            MatchExpressions =
            [
                new()
                {
                    Key = key,
                    OperatorProperty = operation,
                    Values = values?.Split(','),
                },
            ],
        };
}
