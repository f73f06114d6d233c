using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;
using Palisade.Testing;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>
/// What kubectl shows its user for each finding of the catalogue, word for word as far as it comes from the webhook. With PALISADE_UPDATE_GOLDEN=1 the files are written instead;
/// read the difference before committing.
/// </summary>
[Collection(nameof(ClusterFixture))]
public sealed partial class KubectlGoldenTests(ClusterFixture cluster)
{
    private const string DnsPod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: coredns-1
          namespace: kube-system
          labels: {k8s-app: kube-dns}
        spec:
          containers: [{name: coredns, image: coredns}]
        """;

    private static readonly string Testdata = Path.Combine(Repository.Root, "tests", "Testdata", "findings");
    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "Webhook.Tests", "Golden");

    /// <summary>What the API server refuses before it asks: it says so in words of its own and of its version, and the CLI with these codes.</summary>
    private static readonly string[] RefusedByTheServer =
    [
        FindingCodes.TenantWithoutLabels,
        FindingCodes.NamespaceSelectorMissing,
        FindingCodes.FieldOfOtherType,
        FindingCodes.NameInvalid,
    ];

    private static readonly string[] DependingOnCluster =
    [
        FindingCodes.NoNamespaceMatches,
        FindingCodes.CidrOverlapsPods,
        FindingCodes.IsolatesSystemPods,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_EachFindingOfTheCatalogue_PrintsTheMessage()
    {
        var options = RegisteredWebhook.Options with { ImpactWarnings = false };
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, options);

        var version = await cluster.Server.Client.GetVersionAsync(Cancellation);
        var differences = new List<string>();
        var files = Directory
            .EnumerateFiles(Testdata, "PAL*.yaml")
            .Where(file => IsFor(version, file))
            .Concat(Directory.EnumerateFiles(Golden, "*.yaml"));
        // A change of a stamped policy needs one that was there before.
        foreach (var file in files.Where(file => !DependingOnCluster.Append(FindingCodes.GeneratedPolicyEdited).Contains(CodeOf(file))))
        {
            var printed = await ApplyAsync(file);
            if (RefusedByTheServer.Contains(CodeOf(file)))
            {
                await CompareAsync(file, FieldsOfRefusal(printed), differences);
            }
            else if (printed.Contains("[PAL", StringComparison.Ordinal))
            {
                await CompareAsync(file, printed, differences);
            }
        }

        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_InvalidSamples_PrintsTheMessages()
    {
        var samples = Path.Combine(Repository.Root, "config", "samples", "invalid");
        await using var webhook = await RegisteredWebhook.StartReadyAsync(
            cluster,
            RegisteredWebhook.Options with
            {
                ImpactWarnings = false,
            }
        );

        var printed = await cluster.Server.TryKubectlAsync(["apply", "-f", samples], Cancellation);

        var differences = new List<string>();
        var version = await cluster.Server.Client.GetVersionAsync(Cancellation);
        // API servers that know CEL refuse a peer of several kinds themselves.
        var golden = version.IsAtLeast(new(1, 25)) ? "samples-invalid.yaml" : "samples-invalid-1.24.yaml";
        await CompareAsync(golden, OwnPart(Printed(printed).Replace(samples, "samples", StringComparison.Ordinal)), differences);
        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_FindingsThatDependOnTheCluster_PrintsTheMessage()
    {
        (await cluster.ApplyAsync(DnsPod)).ExitCode.ShouldBe(0);
        await cluster.Server.Client.PatchAsync<V1Pod>(
            new("kube-system", "coredns-1"),
            Patch.Merge(
                JsonNode.Parse("""{"status":{"phase":"Running","podIP":"10.244.0.5","podIPs":[{"ip":"10.244.0.5"}]}}""")!.AsObject()
            ),
            "status",
            Cancellation
        );
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        var files = DependingOnCluster.Select(code => Directory.EnumerateFiles(Testdata, code + "*.yaml").Single()).ToList();

        // Serving does not wait for the caches that these come from.
        await Eventually.TrueAsync(
            async () => (await ApplyAsync(files[^1])).Contains(FindingCodes.IsolatesSystemPods, StringComparison.Ordinal),
            Cancellation
        );
        var differences = new List<string>();
        foreach (var file in files)
        {
            // What cannot be found out in time is left out, as on a busy machine or with code that runs for the first time.
            var printed = await ApplyAsync(file);
            for (var tries = 0; tries < 50 && printed != await ExpectedAsync(file); tries++)
            {
                printed = await ApplyAsync(file);
            }

            await CompareAsync(file, printed, differences);
        }

        await cluster.Server.KubectlAsync(["delete", "pod", "coredns-1", "-n", "kube-system", "--grace-period=0", "--force"], Cancellation);
        differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ChangedStampedPolicy_PrintsTheMessage()
    {
        var file = Path.Combine(Golden, "PAL050-stamped.yaml");
        var stamped = await File.ReadAllTextAsync(file, Cancellation);
        (await cluster.ApplyAsync(stamped)).ExitCode.ShouldBe(0);
        var differences = new List<string>();

        await using (await RegisteredWebhook.StartReadyAsync(cluster))
        {
            var changed = stamped.Replace("podSelector: {}", "podSelector: {matchLabels: {app: db}}", StringComparison.Ordinal);
            await CompareAsync(file, Printed(await cluster.ApplyAsync(changed)), differences);
        }

        await cluster.Server.KubectlAsync(["delete", "networkpolicy", "palisade-cnp-db", "-n", "shop"], Cancellation);
        differences.ShouldBeEmpty();
    }

    [Fact]
    public void Golden_EachCode_HasAFileThatNamesIt()
    {
        var printed = Directory.EnumerateFiles(Golden, "PAL*.txt").ToLookup(CodeOf, File.ReadAllText, StringComparer.Ordinal);

        // The webhook does not watch Services, so it says nothing of their ports and addresses.
        FindingCodes
            .All.Except([FindingCodes.ServicePortMeant, FindingCodes.CidrIsServiceAddress], StringComparer.Ordinal)
            .Where(code =>
                !printed[code].Any(text => RefusedByTheServer.Contains(code) || text.Contains($"[{code}]", StringComparison.Ordinal))
            )
            .ShouldBeEmpty();
    }

    /// <summary>A case of an old version is warned of by those before 1.26; what a new version refuses it refuses itself, before it asks.</summary>
    private static bool IsFor(KubernetesVersion version, string file) =>
        !KubernetesVersion.TryParse(Path.GetFileNameWithoutExtension(file).Split('-')[^1], out _)
        || (file.EndsWith("-1.25.yaml", StringComparison.Ordinal) && !version.IsAtLeast(new(1, 26)));

    private static string CodeOf(string file) => Path.GetFileName(file).Split('-')[0];

    /// <summary>Newer kubectls say before the API server's words which step was refused; older ones do not.</summary>
    private static string Printed(CommandResult result) =>
        $"{result.Output}{WithoutImpact(result.Error)}exit code {result.ExitCode}\n".Replace(
            "error when patching \"policy.yaml\": ",
            "",
            StringComparison.Ordinal
        );

    /// <summary>The fields that the API server refuses, without the places in lists that older ones do not tell.</summary>
    private static string FieldsOfRefusal(string printed)
    {
        printed.ShouldNotContain("[PAL");
        var fields = RefusedField()
            .Matches(printed)
            .Select(match => Place().Replace(match.Groups["field"].Value, ""))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return $"{string.Join(", ", fields.Prepend("refused by the API server"))}\n{ExitCodeOf(printed)}";
    }

    /// <summary>What was printed, a block for each message, in order; of messages that are not the webhook's only which file they are about.</summary>
    private static string OwnPart(string printed) =>
        string.Concat(
            MessageStart()
                .Split(printed)
                .Where(block => block.Length > 0 && !block.StartsWith("exit code", StringComparison.Ordinal))
                .Select(block =>
                    block.Contains("[PAL", StringComparison.Ordinal)
                        ? block
                        : $"{SampleFile().Match(block).Value}: refused, not by the webhook\n"
                )
                .Order(StringComparer.Ordinal)
        ) + ExitCodeOf(printed);

    private static string ExitCodeOf(string printed) => printed[printed.IndexOf("exit code", StringComparison.Ordinal)..];

    /// <summary>How many pods are counted depends on the time there is for it.</summary>
    private static string WithoutImpact(string error) =>
        string.Concat(
            error
                .Split('\n')
                .Where(line => !line.StartsWith("Warning: isolates ", StringComparison.Ordinal))
                .Select((line, i) => i == 0 ? line : "\n" + line)
        );

    private async Task<string> ApplyAsync(string file) =>
        Printed(await cluster.ApplyAsync(await File.ReadAllTextAsync(file, Cancellation), "--validate=false", "--dry-run=server"));

    private static string GoldenOf(string manifest) => Path.Combine(Golden, Path.GetFileNameWithoutExtension(manifest) + ".txt");

    private static async Task<string> ExpectedAsync(string manifest) =>
        File.Exists(GoldenOf(manifest)) ? await File.ReadAllTextAsync(GoldenOf(manifest), Cancellation) : "";

    private static async Task CompareAsync(string manifest, string actual, List<string> differences)
    {
        var golden = GoldenOf(manifest);
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(golden, actual, TestContext.Current.CancellationToken);
        }

        var expected = await ExpectedAsync(manifest);
        if (expected != actual)
        {
            differences.Add($"{golden}\n--- expected\n{expected}--- actual\n{actual}");
        }
    }

    [GeneratedRegex(
        @"(^\* |is invalid: )(?<field>\w[\w.\[\]]*): ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex RefusedField();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Place();

    [GeneratedRegex("^(?=Warning: |error|Error from server|exit code)", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MessageStart();

    [GeneratedRegex(@"samples/[\w-]+\.yaml", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SampleFile();
}
