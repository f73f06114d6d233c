using Palisade.Agent.Options;

namespace Palisade.Agent.Tests.Options;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("0s", 0)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("24h", 86_400_000)]
    public void TryParse_DigitsAndUnit_IsRead(string text, int milliseconds)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1h30m")]
    [InlineData(" 1s")]
    [InlineData("25h")]
    [InlineData("2147483647h")]
    [InlineData("99999999999s")]
    [InlineData("1S")]
    public void TryParse_AnythingElse_IsRefused(string text) => Duration.TryParse(text, out _).ShouldBeFalse();
}
