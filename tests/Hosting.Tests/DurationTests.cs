namespace Palisade.Hosting.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("0s", 0)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("30d", 2_592_000_000)]
    public void TryParse_DigitsAndUnit_IsRead(string text, long milliseconds)
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
    [InlineData("2147483647d")]
    [InlineData("99999999999s")]
    [InlineData("1S")]
    public void TryParse_AnythingElse_IsRefused(string text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(100, "100ms")]
    [InlineData(90_000, "90s")]
    [InlineData(86_400_000, "1d")]
    public void Format_IsReadAlike(long milliseconds, string text)
    {
        Duration.Format(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(text);
        Duration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }
}
