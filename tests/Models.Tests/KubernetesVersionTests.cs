namespace Palisade.Models.Tests;

public sealed class KubernetesVersionTests
{
    [Theory]
    [InlineData("1.36", "1.36")]
    [InlineData("v1.36.2", "1.36")]
    [InlineData("v1.20.0-rc.1", "1.20")]
    [InlineData("v1.28.5-eks-5e0fdde", "1.28")]
    [InlineData("v1.30.0+k3s1", "1.30")]
    public void TryParse_WhatApiServersWrite_IsRead(string text, string expected)
    {
        KubernetesVersion.TryParse(text, out var version).ShouldBeTrue();
        version!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("v1")]
    [InlineData("1.x")]
    [InlineData("-1.2")]
    [InlineData("latest")]
    public void TryParse_AnythingElse_IsNot(string? text) => KubernetesVersion.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("1.36", "1.36", true)]
    [InlineData("1.36", "1.9", true)]
    [InlineData("2.0", "1.36", true)]
    [InlineData("1.9", "1.36", false)]
    [InlineData("1.36", "2.0", false)]
    public void IsAtLeast_ComparesNumbers(string one, string other, bool expected)
    {
        KubernetesVersion.TryParse(one, out var version).ShouldBeTrue();
        KubernetesVersion.TryParse(other, out var than).ShouldBeTrue();
        version!.IsAtLeast(than!).ShouldBe(expected);
    }
}
