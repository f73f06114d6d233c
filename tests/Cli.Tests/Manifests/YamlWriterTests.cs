using System.Text;
using System.Text.Json.Nodes;
using Palisade.Cli.Manifests.Yaml;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Manifests;

/// <summary>Whatever strings are written: kubectl, which reads YAML 1.1, takes them for the same strings, and so does Palisade.</summary>
public sealed class YamlWriterTests : IDisposable
{
    private static readonly string[] Words =
    [
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "~",
        "=",
        "<<",
        "",
        " ",
        " a",
        "a ",
        "-",
        "--- a",
        "...",
        "?",
        "? a",
        ":",
        "a: b",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "!!int 5",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "a,b",
        "'a'",
        "\"a\"",
        "a\"b\\c",
        "\t",
        "a\nb",
        "a\r\nb",
        "\u0000",
        "\u0007",
        "\u001b[2J",
        "\u007f",
        "\u0085",
        "\u00a0",
        "\u00ad",
        "\u2028",
        "\u2029",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "é",
        "日本",
        "😀",
        "1_000",
        "0b1",
        "0o17",
        "0777",
        "0x1F",
        "1:30",
        "190:20:30",
        "+1",
        "-1",
        "1.5",
        ".5",
        "1e3",
        "5e-1",
        "1.",
        "_1",
        ".inf",
        "-.INF",
        "+.Inf",
        ".nan",
        ".NaN",
        "2001-01-01",
        "2001-12-14t21:59:43.10-05:00",
        "10.0.0.0/8",
        "2001:db8::/32",
        "99999999999999999999",
        "1e400",
        "app.kubernetes.io/name",
        "a-b_c.d",
    ];

    private readonly string _file = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Write_AnyStrings_AreTheSameToKubectl()
    {
        var document = Document(Strings());
        await File.WriteAllTextAsync(_file, Write(document), Token);

        var run = await CommandResult.OfAsync(
            "kubectl",
            ["label", "--kubeconfig=/dev/null", "--local", "--dry-run=client", "-o", "json", "-f", _file, "read=back"],
            Token
        );

        run.Error.ShouldBeEmpty();
        ShouldBeSame(JsonNode.Parse(run.Output)!["data"]!, document["data"]!);
    }

    [Fact]
    public void Write_AnyStrings_AreTheSameToPalisade()
    {
        var document = Document(Strings());

        var read = YamlDocument.Read(Write(document), firstLine: 1);

        ShouldBeSame(JsonNode.Parse(YamlJson.Convert(read!))!["data"]!, document["data"]!);
    }

    [Fact]
    public void Write_EveryShape_IsReadableBlockStyle()
    {
        var document = JsonNode.Parse(
            """{"a": {"b": [1, "1", true, null, {}, [], {"c": "d", "e": ["f"]}, [["g"], "h"]], "on": 1.5}, "list": [], "map": {}}"""
        )!;

        Write(document)
            .ShouldBe(
                """
                a:
                  b:
                    - 1
                    - "1"
                    - true
                    - null
                    - {}
                    - []
                    - c: d
                      e:
                        - f
                    - - - g
                      - h
                  "on": 1.5
                list: []
                map: {}

                """
            );
        JsonNode.DeepEquals(JsonNode.Parse("""["x"]"""), Read(Write(JsonNode.Parse("""["x"]""")!))).ShouldBeTrue();
    }

    private static JsonNode Read(string yaml) => JsonNode.Parse(YamlJson.Convert(YamlDocument.Read(yaml, firstLine: 1)!))!;

    private static string Write(JsonNode document)
    {
        using var writer = new StringWriter();
        YamlWriter.Write(writer, document);
        return writer.ToString();
    }

    /// <summary>A document that has each string as a key, as a value and as an item.</summary>
    private static JsonObject Document(IReadOnlyList<string> strings)
    {
        var (data, items) = (new JsonObject(), new JsonArray());
        foreach (var text in strings)
        {
            data[text] = text;
            items.Add(text);
        }
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "any" },
            ["data"] = new JsonObject
            {
                ["map"] = data,
                ["list"] = items,
                ["long"] = new JsonObject
                {
                    [new string('k', 2000)] = new JsonObject { [new string('-', 700)] = new string(' ', 3000) + "x" },
                },
            },
        };
    }

    private static List<string> Strings()
    {
        var random = new Random(15);
        var strings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in Words)
        {
            strings.UnionWith([word, word.ToUpperInvariant(), word + "x", word + ":", "- " + word]);
        }
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(1, 12); length > 0; length--)
            {
                text.Append(random.Next(4) == 0 ? Words[random.Next(Words.Length)] : AnyRune(random).ToString());
            }
            strings.Add(text.ToString());
        }
        return [.. strings];
    }

    private static Rune AnyRune(Random random)
    {
        var limit = random.Next(3) switch
        {
            0 => 0x80,
            1 => 0x3000,
            _ => 0x110000,
        };
        return Rune.TryCreate(random.Next(limit), out var rune) ? rune : new Rune('0');
    }

    private static void ShouldBeSame(JsonNode read, JsonNode written)
    {
        foreach (var (key, value) in written["map"]!.AsObject())
        {
            read["map"]![key]?.GetValue<string>().ShouldBe((string)value!, $"value of {Escaped(key)}");
            read["map"]!.AsObject().ContainsKey(key).ShouldBeTrue($"key {Escaped(key)}");
        }
        JsonNode.DeepEquals(read, written).ShouldBeTrue();
    }

    private static string Escaped(string text) => JsonValue.Create(text).ToJsonString();
}
