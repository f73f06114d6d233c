using Palisade.Policy.Selectors;

namespace Palisade.Policy.Tests.Selectors;

public sealed class LabelSetComparerTests
{
    [Fact]
    public void Equals_SameLabelsInAnotherOrder_AreTheSame() => ShouldBeSame(Labels("a", "1", "b", "2"), Labels("b", "2", "a", "1"));

    [Fact]
    public void Equals_NoLabels_AreAsNoneGiven() => ShouldBeSame(null, Labels());

    [Fact]
    public void Equals_AnotherKind_IsComparedByWhatItHolds() =>
        ShouldBeSame(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1" }, Labels("a", "1"));

    [Fact]
    public void Equals_AnotherValue_Differs() => LabelSetComparer.Instance.Equals(Labels("a", "1"), Labels("a", "2")).ShouldBeFalse();

    [Fact]
    public void Equals_KeyAndValueExchanged_Differs() =>
        LabelSetComparer.Instance.Equals(Labels("a", "b"), Labels("b", "a")).ShouldBeFalse();

    [Fact]
    public void Equals_OneLabelMore_Differs()
    {
        LabelSetComparer.Instance.Equals(Labels("a", "1"), Labels("a", "1", "b", "2")).ShouldBeFalse();
        LabelSetComparer.Instance.Equals(Labels("a", "1"), null).ShouldBeFalse();
    }

    private static void ShouldBeSame(IDictionary<string, string>? one, IDictionary<string, string>? other)
    {
        LabelSetComparer.Instance.Equals(one, other).ShouldBeTrue();
        LabelSetComparer.Instance.Equals(other, one).ShouldBeTrue();
        LabelSetComparer.Instance.GetHashCode(one).ShouldBe(LabelSetComparer.Instance.GetHashCode(other));
    }

    private static Dictionary<string, string> Labels(params string[] pairs) =>
        pairs.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
