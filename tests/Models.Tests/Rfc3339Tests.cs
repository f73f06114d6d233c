namespace Palisade.Models.Tests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2024-03-09T07:15:00Z")]
    [InlineData("2024-03-09T07:15:00.123456789123456789Z")]
    [InlineData("2024-02-29T23:59:59+05:30")]
    [InlineData("2024-03-09T07:15:00.5-15:00")]
    [InlineData("0000-02-29T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void IsTime_WhatTheApiServerTakes_IsTrue(string text) => Rfc3339.IsTime(text).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2024-03-09")]
    [InlineData("2024-03-09T07:15:00")]
    [InlineData("2024-03-09T07:15Z")]
    [InlineData("2024-03-09 07:15:00Z")]
    [InlineData("2024-03-09T07:15:00.Z")]
    [InlineData("2024-03-09T07:15:00.5")]
    [InlineData("2024-03-09T07:15:00+0530")]
    [InlineData("2024-03-09T07:15:00+05:60")]
    [InlineData("2024-03-09T24:00:00Z")]
    [InlineData("2024-03-09T07:60:00Z")]
    [InlineData("2024-03-09T07:15:60Z")]
    [InlineData("2024-13-09T07:15:00Z")]
    [InlineData("2023-02-29T07:15:00Z")]
    [InlineData("2024-03-00T07:15:00Z")]
    [InlineData("2024-03-09T07:15:00Z ")]
    public void IsTime_AnythingElse_IsFalse(string text) => Rfc3339.IsTime(text).ShouldBeFalse();
}
