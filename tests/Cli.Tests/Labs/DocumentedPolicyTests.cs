using Palisade.Testing;

namespace Palisade.Cli.Tests.Labs;

/// <summary>
/// The policies of the public NetworkPolicy documentation, and the recipes that most people begin with, in the words of tests/Testdata/dataplane
/// (where the rules and the matrix of each stand): lab measures what they say, explain names the rule.
/// </summary>
public sealed class DocumentedPolicyTests
{
    private static readonly string Folder = Path.Join(Repository.Root, "tests/Testdata/dataplane");

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Folder).Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Lab_DocumentedPolicy_MeasuresWhatItSays(string name)
    {
        var run = await CliRun.RunAsync(["lab", "--measure", "always", .. Files(name)]);

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
    }

    [Theory]
    [InlineData(
        "frontend",
        "db:6379",
        "test-network-policy",
        "allowed by NetworkPolicy default/test-network-policy spec.ingress[0].from[2]"
    )]
    [InlineData(
        "172.17.0.9",
        "db:redis",
        "test-network-policy",
        "allowed by NetworkPolicy default/test-network-policy spec.ingress[0].from[0]"
    )]
    [InlineData("172.17.1.9", "db:6379", "test-network-policy", "spec.ingress[0] (tests/Testdata")]
    [InlineData("frontend", "db:53/udp", "test-network-policy", "is not for this port")]
    [InlineData("db", "10.0.0.7:5978", "test-network-policy", "allowed by NetworkPolicy default/test-network-policy spec.egress[0].to[0]")]
    [InlineData("db", "10.0.0.7:32500", "port-range", "allowed by NetworkPolicy default/port-range spec.egress[0].to[0]")]
    [InlineData("other/client", "db:6379", "namespace-and-pod-selector", "allowed by NetworkPolicy default/namespace-and-pod-selector")]
    [InlineData("frontend", "db:6379", "namespace-and-pod-selector", "is not for this source")]
    [InlineData("frontend", "db:6379", "default-deny-ingress", "default/default-deny-ingress (")]
    [InlineData("frontend", "db:6379", "allow-all-ingress", "allowed by NetworkPolicy default/allow-all-ingress spec.ingress[0]")]
    public async Task Explain_DocumentedPolicy_NamesTheRule(string from, string to, string name, string expected)
    {
        var run = await CliRun.RunAsync(["explain", .. Files(name), "--from", from, "--to", to]);

        run.Error.ShouldBeEmpty();
        string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ShouldContain(expected);
    }

    private static string[] Files(string name) => ["-f", "tests/Testdata/dataplane/base.yaml", "-f", $"tests/Testdata/dataplane/{name}"];
}
