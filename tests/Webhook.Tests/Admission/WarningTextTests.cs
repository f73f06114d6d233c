using Palisade.Webhook.Admission;

namespace Palisade.Webhook.Tests.Admission;

public sealed class WarningTextTests
{
    [Fact]
    public void Fit_ShortText_StaysAsItIs() => WarningText.Fit("spec: looks odd [PAL100]").ShouldBe("spec: looks odd [PAL100]");

    [Fact]
    public void Fit_ExactlyTheLimit_StaysAsItIs() => WarningText.Fit(new string('x', 256)).ShouldBe(new string('x', 256));

    [Fact]
    public void Fit_LongText_IsCutAtAWord()
    {
        var fitted = WarningText.Fit(string.Join(' ', Enumerable.Repeat("word", 100)));

        fitted.Length.ShouldBeLessThanOrEqualTo(256);
        fitted.ShouldEndWith(" word...");
    }

    [Fact]
    public void Fit_LongWord_IsCutInIt() => WarningText.Fit(new string('x', 300)).ShouldBe(new string('x', 253) + "...");

    [Fact]
    public void Fit_CutWithinASurrogatePair_LeavesThePairOut()
    {
        var fitted = WarningText.Fit(new string('x', 252) + "\U0001F512\U0001F512\U0001F512");

        fitted.ShouldBe(new string('x', 252) + "...");
    }

    [Fact]
    public void Fit_ControlCharacters_BecomeSpaces() => WarningText.Fit("a\r\nb\tc\u0085d").ShouldBe("a  b c d");

    [Fact]
    public void Fit_SameWarningTwice_IsSaidOnce() => WarningText.Fit(["a", "a", "b"]).ShouldBe(["a", "b"]);

    [Fact]
    public void Fit_MoreThanTheApiServerTakes_SaysHowManyAreLeftOut()
    {
        var warnings = Enumerable.Range(0, 40).Select(i => $"{i:00}" + new string('x', 198)).ToList();

        var fitted = WarningText.Fit(warnings);

        fitted.Sum(warning => warning.Length).ShouldBeLessThanOrEqualTo(4096);
        fitted[^1].ShouldBe($"and {40 - (fitted.Count - 1)} more warnings; see them all with: kubectl palisade lint");
    }
}
