using System.Text.RegularExpressions;

namespace Palisade.Architecture.Tests;

/// <summary>Holds the table of docs/architecture.md: which project may depend on which.</summary>
public sealed class DependencyTests
{
    // A project may reference those named and whatever these may reference.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Models"] = [],
        ["Policy"] = ["Models"],
        ["Dataplane"] = ["Policy"],
        ["Kubernetes"] = ["Models"],
        ["Runtime"] = ["Kubernetes"],
        ["Hosting"] = ["Runtime"],
        ["Netfilter"] = ["Dataplane"],
        ["Lab"] = ["Netfilter"],
        ["Operator"] = ["Policy", "Hosting"],
        ["Webhook"] = ["Policy", "Hosting"],
        ["Agent"] = ["Netfilter", "Hosting"],
        ["Cli"] = ["Lab", "Kubernetes"],
    };

    private static readonly string[] Hosts = ["Operator", "Webhook", "Agent", "Cli"];

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyWhatTheTableAllows(string project)
    {
        Allowed.ShouldContainKey(project, "a new project needs a row in this table and in docs/architecture.md");

        Repository.References(ProjectFile(project)).Except(Closure(project), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesNoHost(string project) =>
        Repository.References(ProjectFile(project)).Intersect(Hosts, StringComparer.Ordinal).ShouldBeEmpty();

    [Theory]
    [InlineData("Models")]
    [InlineData("Policy")]
    [InlineData("Dataplane")]
    public void PureProject_UsesNoInputOutputClockOrContainer(string project)
    {
        string[] impure =
        [
            "System.IO",
            "File.",
            "System.Net.Http",
            "new Socket(", // not the namespace: IPAddress.AddressFamily lives in it
            "TcpClient",
            "UdpClient",
            "System.Diagnostics.Process",
            "Microsoft.Extensions.",
            "TimeProvider",
            "ILogger",
        ];
        var offences =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            from word in impure
            where text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {word}";

        offences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Kubernetes")]
    [InlineData("Runtime")]
    [InlineData("Lab")]
    [InlineData("Cli")]
    public void Project_NeedsNoWebServer(string project) =>
        File.ReadAllText(ProjectFile(project)).ShouldNotContain("Microsoft.AspNetCore.App");

    /// <summary>Of the client's package its types alone, and what makes them objects of the API and JSON.</summary>
    [Theory]
    [InlineData("Models")]
    [InlineData("Policy")]
    [InlineData("Dataplane")]
    public void PureProject_UsesOnlyTheModelsOfTheClient(string project)
    {
        const string Others = @"(?<![\w.])k8s\.(?!(Models|IKubernetesObject|io)\b)";
        var forbidden = new Regex(
            project == "Models" ? Others : $"using k8s;|{Others}",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(30)
        );
        var offences =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            from use in forbidden.Matches(File.ReadAllText(file))
            select $"{Path.GetRelativePath(Repository.Root, file)}: {use.Value}";

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void Table_HasNoProjectThatIsGone() =>
        Allowed.Keys.Except(Projects.Select(row => row.Data), StringComparer.Ordinal).ShouldBeEmpty();

    private static string ProjectFile(string project) => Path.Combine(Repository.Root, "src", project, project + ".csproj");

    private static IEnumerable<string> Closure(string project) =>
        Allowed[project].SelectMany(next => Closure(next).Append(next)).Distinct(StringComparer.Ordinal);
}
