using System.Reflection;
using System.Text.Json;
using Palisade.Cli.Manifests.Yaml;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Manifests;

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
    [InlineData("_1", "\"_1\"")]
    [InlineData("1_0.5", "10.5")]
    [InlineData("1e3_", "1000")]
    [InlineData("80.0", "80")]
    [InlineData("8e3", "8000")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("0x8000000000000000", "9.223372036854776E+18")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    public void Write_UnquotedScalar_IsWhatKubectlMakesOfIt(string text, string json)
    {
        Json(new YamlNode(YamlNodeKind.Scalar, 1, 1) { Text = text }).ShouldBe(json);
    }

    [Fact]
    public async Task Write_UnquotedScalars_AreWhatTheInstalledKubectlMakesOfThem()
    {
        var data = typeof(YamlScalarTests).GetMethod(nameof(Write_UnquotedScalar_IsWhatKubectlMakesOfIt))!.CustomAttributes;
        var texts = data.Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (IReadOnlyCollection<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
            .Select(arguments => (string)arguments.First().Value!)
            .Where(text => text != "-")
            .ToList();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: any}}\ndata:\n{string.Concat(texts.Select(text => $"- a: {text}\n"))}",
            TestContext.Current.CancellationToken
        );

        var run = await CommandResult.OfAsync(
            "kubectl",
            ["label", "--kubeconfig=/dev/null", "--local", "--dry-run=client", "-o", "json", "-f", file, "read=back"],
            TestContext.Current.CancellationToken
        );
        File.Delete(file);

        run.Error.ShouldBeEmpty();
        var read = JsonDocument.Parse(run.Output).RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("a"));
        foreach (var (text, value) in texts.Zip(read))
        {
            var own = JsonDocument.Parse(Json(new YamlNode(YamlNodeKind.Scalar, 1, 1) { Text = text })).RootElement;
            JsonElement.DeepEquals(own, value).ShouldBeTrue($"{text}: {own.GetRawText()}, kubectl {value.GetRawText()}");
        }
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
