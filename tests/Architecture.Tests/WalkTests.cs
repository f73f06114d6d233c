using System.Text.RegularExpressions;

namespace Palisade.Architecture.Tests;

/// <summary>The walks of docs/architecture.md lead to code that is there.</summary>
public sealed partial class WalkTests
{
    /// <summary>A walk that is longer shows that the code has too many rooms, or the page too much detail.</summary>
    private const int MaxStations = 10;

    private static readonly Dictionary<string, List<(string File, string Member)>> Walks = Read();

    [Fact]
    public void Page_HasWalks() => Walks.Count.ShouldBe(3);

    [Fact]
    public void Walks_HaveFewStations() =>
        Walks.Where(walk => walk.Value.Count is 0 or > MaxStations).Select(walk => walk.Key).ShouldBeEmpty();

    [Fact]
    public void Stations_AreFilesThatDeclareWhatIsNamed() =>
        Walks.SelectMany(walk => walk.Value).Where(station => !Declares(station.File, station.Member)).ShouldBeEmpty();

    private static bool Declares(string file, string member)
    {
        var path = Path.Combine(Repository.Root, file);
        return File.Exists(path)
            && Regex.IsMatch(
                File.ReadAllText(path),
                $@"^ .*(?:[\w>?\])] |>\.){Regex.Escape(member)}(<\w+>)?\(",
                RegexOptions.Multiline | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(30)
            );
    }

    // A walk is a heading that begins with "From", a station a numbered line that begins with a file and a method.
    private static Dictionary<string, List<(string File, string Member)>> Read()
    {
        var walks = new Dictionary<string, List<(string File, string Member)>>(StringComparer.Ordinal);
        List<(string File, string Member)>? walk = null;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md")))
        {
            if (line.StartsWith('#'))
            {
                walk = line.StartsWith("### From ", StringComparison.Ordinal) ? walks[line] = [] : null;
            }
            else if (walk is not null && Station().Match(line) is { Success: true } found)
            {
                walk.Add((found.Groups["file"].Value, found.Groups["member"].Value));
            }
        }

        return walks;
    }

    [GeneratedRegex(
        @"^\d+\. `(?<file>src/\S+\.cs)` `(?<member>\w+)`",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 30_000
    )]
    private static partial Regex Station();
}
