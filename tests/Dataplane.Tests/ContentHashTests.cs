namespace Palisade.Dataplane.Tests;

public sealed class ContentHashTests
{
    [Fact]
    public void Of_PartsCutDifferently_AreDifferentHashes()
    {
        ContentHash.Compute("a", "bc").ShouldNotBe(ContentHash.Compute("ab", "c"));
        ContentHash.Compute("a").ShouldNotBe(ContentHash.Compute("a", ""));
        ContentHash.Compute("a").Length.ShouldBe(ContentHash.Length);
    }
}
