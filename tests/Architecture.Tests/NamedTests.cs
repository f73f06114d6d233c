using System.Text.RegularExpressions;

namespace Palisade.Architecture.Tests;

/// <summary>The tests that documentation names are there.</summary>
public sealed partial class NamedTests
{
    [Fact]
    public void DataplanePage_NamesTests_WhichExist()
    {
        var sources = string.Concat(
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
                .Select(File.ReadAllText)
        );
        var names = TestName()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "dataplane.md")))
            .Select(match => match.Value);

        names.Count().ShouldBeGreaterThan(25);
        names.Where(name => !sources.Contains($" {name}(", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(
        @"\b[A-Z]\w+_\w+_\w+\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 30_000
    )]
    private static partial Regex TestName();
}
