using System.Text.Json;
using Palisade.Kubernetes.Manifests.Yaml;

namespace Palisade.Kubernetes.Tests.Manifests;

public sealed class YamlScalarTests
{
    [Theory]
    [InlineData("80", "80")]
    [InlineData("-1", "-1")]
    [InlineData("+7", "7")]
    [InlineData("1_000", "1000")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("017", "15")]
    [InlineData("0b11", "3")]
    [InlineData("0", "0")]
    [InlineData("08", "8")]
    [InlineData("1.5", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("99999999999999999999", "1E+20")]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("nUll", "\"nUll\"")]
    [InlineData("10.0.0.0/8", "\"10.0.0.0/8\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("_", "\"_\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    public void Write_UnquotedScalar_IsWhatKubectlMakesOfIt(string text, string json)
    {
        Json(new YamlNode(YamlNodeKind.Scalar, 1, 1) { Text = text }).ShouldBe(json);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("true")]
    [InlineData("")]
    public void Write_QuotedScalar_IsAText(string text)
    {
        Json(new YamlNode(YamlNodeKind.Scalar, 1, 1) { Text = text, IsQuoted = true }).ShouldBe(JsonSerializer.Serialize(text));
    }

    private static string Json(YamlNode node) => System.Text.Encoding.UTF8.GetString(YamlJson.Convert(node));
}
