namespace Palisade.Kubernetes.Tests;

public sealed class ResourceVersionsTests
{
    [Theory]
    [InlineData("7", "7", 0)]
    [InlineData("7", "8", -1)]
    [InlineData("9", "10", -1)]
    [InlineData("100", "99", 1)]
    [InlineData("99999999999999999999999999", "100000000000000000000000000", -1)]
    public void Compare_Integers_IsByTheirValue(string one, string other, int expected)
    {
        Math.Sign(ResourceVersions.Compare(one, other).ShouldNotBeNull()).ShouldBe(expected);
        Math.Sign(ResourceVersions.Compare(other, one).ShouldNotBeNull()).ShouldBe(-expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("07")]
    [InlineData("-7")]
    [InlineData("7a")]
    [InlineData(" 7")]
    public void Compare_WhatIsNoVersion_IsUnknown(string? version)
    {
        ResourceVersions.Compare(version, "7").ShouldBeNull();
        ResourceVersions.Compare("7", version).ShouldBeNull();
    }
}
