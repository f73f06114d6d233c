using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("expect", "except")]
    [InlineData("cdir", "cidr")]
    [InlineData("something", null)]
    public void Nearest_Word_IsTheOneMeantOrNone(string written, string? meant) =>
        EditDistance.Nearest(written, ["cidr", "except"]).ShouldBe(meant);

    /// <summary>An annotation may hold a name of 250,000 letters: a table of that size for each field is memory for nothing.</summary>
    [Fact]
    public void Nearest_HugeWord_TakesNoMemoryForWordsThatItCannotBe()
    {
        var huge = new string('x', 250_000);
        EditDistance.Nearest(huge, ["cidr", "except"]).ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();

        EditDistance.Nearest(huge, ["cidr", "except"]);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }
}
