using Palisade.Testing;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>
/// What kubectl shows its user for each finding of the catalogue, word for word. With PALISADE_UPDATE_GOLDEN=1 the files are written instead;
/// read the difference before committing.
/// </summary>
[Collection(nameof(ClusterFixture))]
public sealed class KubectlGoldenTests(ClusterFixture cluster)
{
    private static readonly string Testdata = Path.Combine(Repository.Root, "tests", "Testdata", "findings");
    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "Webhook.Tests", "Golden");

    [Fact]
    public async Task Apply_EachFindingOfTheCatalogue_PrintsTheMessage()
    {
        var options = RegisteredWebhook.Options with { ImpactWarnings = false };
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, options);

        var differences = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Testdata, "PAL*.yaml").Concat(Directory.EnumerateFiles(Golden, "*.yaml")))
        {
            var manifest = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            // What kubectl and the definition's schema refuse never gets to the webhook; it has tests of its own.
            var result = await cluster.ApplyAsync(manifest, "--validate=false", "--dry-run=server");
            if (result.Error.Contains("[PAL", StringComparison.Ordinal))
            {
                var golden = Path.Combine(Golden, Path.GetFileNameWithoutExtension(file) + ".txt");
                await CompareAsync(golden, $"{result.Output}{result.Error}exit code {result.ExitCode}\n", differences);
            }
        }

        differences.ShouldBeEmpty();
    }

    private static async Task CompareAsync(string golden, string actual, List<string> differences)
    {
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(golden, actual, TestContext.Current.CancellationToken);
        }

        var expected = File.Exists(golden) ? await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken) : "";
        if (expected != actual)
        {
            differences.Add($"{golden}\n--- expected\n{expected}--- actual\n{actual}");
        }
    }
}
