using System.Text.RegularExpressions;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What <c>kubectl get</c> shows of the custom resources: the API server makes the columns of what the operator has written.</summary>
[Collection<OperatorCollection>]
public sealed partial class PrinterColumnTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task Get_ClusterNetworkPolicies_ShowsHowFarTheyAre()
    {
        var (taken, _) = (await NamespaceAsync(), await NamespaceAsync());
        await Client.CreateAsync(Foreign($"palisade-cnp-{Mine}-conflict", taken), Cancel);
        await ReadyAsync(await ClusterPolicyAsync(entity => entity.Metadata.Name = $"{Mine}-all"));
        var conflict = await ClusterPolicyAsync(entity => entity.Metadata.Name = $"{Mine}-conflict");
        await ReadyAsync(conflict);
        var alternate = PolicyNames.AlternateFor(conflict);
        await Eventually.TrueAsync(() => TryTakeAsync(alternate, taken), Cancel);
        await NotReadyAsync(conflict, "NameConflict");

        (await GetAsync("clusternetworkpolicies.palisade.dev")).ShouldBe([
            "NAME | READY | NAMESPACES | UP-TO-DATE | AGE",
            "T-all | True | 2 | 2 | <age>",
            "T-conflict | False | 2 | 1 | <age>",
        ]);
        (await GetAsync("clusternetworkpolicies.palisade.dev", "-o", "wide")).ShouldBe([
            "NAME | READY | NAMESPACES | UP-TO-DATE | AGE | MESSAGE",
            "T-all | True | 2 | 2 | <age> | all 2 matching namespaces hold NetworkPolicy palisade-cnp-T-all",
            $"T-conflict | False | 2 | 1 | <age> | 1 of 2 matching namespaces are up to date; namespace {taken.Metadata.Name}: NetworkPolicies "
                + $"palisade-cnp-T-conflict and {alternate.Replace(Mine, "T", StringComparison.Ordinal)} exist and are not Palisade's; they are left alone. "
                + "Delete or rename one, or exclude the namespace",
        ]);
    }

    [Fact]
    public async Task Get_DefaultDenyProfiles_ShowsHowFarTheyAreAndWhatTheyDo()
    {
        await NamespaceAsync();
        await ReadyAsync(await ProfileAsync(entity => entity.Metadata.Name = $"{Mine}-deny"));
        await ReadyAsync(await ProfileAsync(entity => (entity.Metadata.Name, entity.Spec.Enforcement) = ($"{Mine}-look", "Audit")));

        (await GetAsync("defaultdenyprofiles.palisade.dev")).ShouldBe([
            "NAME | READY | NAMESPACES | UP-TO-DATE | ENFORCEMENT | AGE",
            "T-deny | True | 1 | 1 | | <age>",
            "T-look | True | 1 | 1 | Audit | <age>",
        ]);
        (await GetAsync("defaultdenyprofiles.palisade.dev", "-o", "wide")).ShouldBe([
            "NAME | READY | NAMESPACES | UP-TO-DATE | ENFORCEMENT | AGE | MESSAGE",
            "T-deny | True | 1 | 1 | | <age> | the one matching namespace holds NetworkPolicy palisade-ddp-T-deny",
            "T-look | True | 1 | 1 | Audit | <age> | the one matching namespace is audited; nothing is stamped",
        ]);
    }

    /// <summary>The head and the lines of this test's own objects, T in the place of its name, with a bar between the columns.</summary>
    /// <remarks>By full names: older versions of kubectl look short ones up in what it remembers of the server, which may be from before the kinds.</remarks>
    private async Task<IReadOnlyList<string>> GetAsync(string kind, params string[] options)
    {
        var lines = (await Cluster.KubectlAsync(Cancel, ["get", kind, .. options])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // Columns are as wide as their widest cell, and begin where their heads do.
        var heads = Head().EnumerateMatches(lines[0]);
        var starts = new List<int>();
        foreach (var head in heads)
        {
            starts.Add(head.Index);
        }

        return
        [
            .. lines
                .Where((line, i) => i == 0 || line.StartsWith($"{Mine}-", StringComparison.Ordinal))
                .Select(line =>
                    string.Join(" |", starts.Select((start, i) => Cell(line, start, i + 1 < starts.Count ? starts[i + 1] : line.Length)))
                )
                .Select(line => Age().Replace(line, "<age>").Replace(Mine, "T", StringComparison.Ordinal).TrimStart()),
        ];
    }

    private static string Cell(string line, int start, int end) => line[start..end].Trim() is { Length: > 0 } text ? $" {text}" : "";

    [GeneratedRegex(@"\S+")]
    private static partial Regex Head();

    [GeneratedRegex(@"\b(\d+[smh])+\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Age();
}
