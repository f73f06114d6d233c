namespace Palisade.Agent.Tests;

public sealed class CapabilitiesTests
{
    [Theory]
    [InlineData(0x000001ffffffffffUL, null)]
    [InlineData(0x3000UL, null)]
    [InlineData(0x2000UL, "NET_ADMIN")]
    [InlineData(0x1000UL, "NET_RAW")]
    [InlineData(0x0UL, "NET_ADMIN and NET_RAW")]
    public void Missing_Effective_NamesWhatIsMissing(ulong effective, string? expected)
    {
        var missing = Capabilities.Missing(effective);

        if (expected is null)
        {
            missing.ShouldBeNull();
        }
        else
        {
            missing.ShouldNotBeNull().ShouldEndWith($"with the capabilities {expected}");
        }
    }
}
