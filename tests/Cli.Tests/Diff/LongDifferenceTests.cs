using Palisade.Cli.Diff;

namespace Palisade.Cli.Tests.Diff;

/// <summary>A difference that nobody reads to its end.</summary>
public sealed class LongDifferenceTests
{
    private static readonly ClusterDifference Long = new(
        [.. Enumerable.Range(0, 1200).Select(i => new ChangeGroup($"a/w{i}", "b/db", "5432/TCP"))],
        [new ChangeGroup("a/x", "b/db", "every port")],
        [],
        [],
        [],
        []
    );

    [Fact]
    public void Table_ManyOpened_ShowsTheFirstAndCountsTheRest()
    {
        using var writer = new StringWriter();
        var output = CliConsole.Create(writer, colourless: true);
        output.Profile.Width = 80;

        DiffTable.Write(Long, output);

        var text = string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
        text.ShouldContain("+ a/w199");
        text.ShouldNotContain("a/w200");
        text.ShouldContain("+ and 1000 more: -o json has all of them\n- a/x");
        text.ShouldEndWith("Opened: 1200. Closed: 1.\n");
    }

    [Fact]
    public void Markdown_ManyOpened_FitsIntoAComment()
    {
        using var writer = new StringWriter();

        DiffMarkdown.Write(Long, writer);

        var text = writer.ToString();
        text.ShouldContain("| a/w199 |");
        text.ShouldNotContain("a/w200");
        text.ShouldContain("\n\n... and 1000 more: -o json has all of them\n");
        text.ShouldContain("| a/x |");
        text.Length.ShouldBeLessThan(65536);
    }

    [Fact]
    public void Json_ManyOpened_HasAllOfThem() => DiffJson.From(Long)["opened"]!.AsArray().Count.ShouldBe(1200);
}
