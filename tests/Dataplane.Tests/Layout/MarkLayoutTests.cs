using Palisade.Dataplane.Tests.Support;
using Palisade.Policy;

namespace Palisade.Dataplane.Tests.Layout;

public sealed class MarkLayoutTests
{
    [Theory]
    [InlineData(0xff000000u)]
    [InlineData(0x00ff0000u)]
    [InlineData(0x000000ffu)]
    public void Compile_MarkMaskOfEightBits_IsTaken(uint mask) =>
        Should.NotThrow(() =>
            PlannedKernel.Of(PolicyCompiler.Compile(ClusterSnapshot.Empty, "node-a", DataplaneOptions.Default with { MarkMask = mask }))
        );

    [Theory]
    [InlineData(0u)]
    [InlineData(0xf0f00000u)]
    [InlineData(0xffffu)]
    public void Compile_OtherMarkMask_IsRefused(uint mask) =>
        Should
            .Throw<ArgumentException>(() =>
                PolicyCompiler.Compile(ClusterSnapshot.Empty, "node-a", DataplaneOptions.Default with { MarkMask = mask })
            )
            .Message.ShouldContain("eight adjacent bits");
}
