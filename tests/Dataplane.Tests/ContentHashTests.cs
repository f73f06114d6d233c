namespace Palisade.Dataplane.Tests;

public sealed class ContentHashTests
{
    [Fact]
    public void Of_PartsCutDifferently_AreDifferentHashes()
    {
        ContentHash.Of("a", "bc").ShouldNotBe(ContentHash.Of("ab", "c"));
        ContentHash.Of("a").ShouldNotBe(ContentHash.Of("a", ""));
        ContentHash.Of("a").Length.ShouldBe(ContentHash.Length);
    }
}
