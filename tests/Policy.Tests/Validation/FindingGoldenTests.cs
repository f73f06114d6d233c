using System.Text.Json;
using System.Text.RegularExpressions;
using Palisade.Policy.Net;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>
/// Every message in full, as the user reads it: one document a case, named by the code it is about, and at its end by the version of Kubernetes that
/// it is for where that matters.
/// </summary>
public sealed partial class FindingGoldenTests
{
    private static readonly string Folder = Path.Combine(Golden.Testdata, "findings");

    public static TheoryData<string> Cases =>
        [
            .. Directory
                .GetFiles(Folder, "*.yaml")
                .Select(f => Path.GetFileNameWithoutExtension(f)!)
                .Where(c => c != "cluster")
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_Case_SaysExactlyThis(string name)
    {
        var findings = Findings(name, out var document);
        var metadata = document.GetProperty("metadata");
        var qualified = metadata.TryGetProperty("namespace", out var space)
            ? $"{space}/{metadata.GetProperty("name")}"
            : $"{metadata.GetProperty("name")}";
        var lines = findings.Where(f => f.Severity == FindingSeverity.Warning).Select(f => $"Warning: {f}\n").ToList();
        if (findings.Any(f => f.Severity == FindingSeverity.Error))
        {
            lines.Add(RejectionMessage.Format(document.GetProperty("kind").GetString()!, qualified, findings) + "\n");
        }

        Golden.ShouldMatch(Path.Combine(Folder, name + ".golden"), string.Concat(lines));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_Case_HasTheCodeItIsNamedBy(string name)
    {
        var code = name.Split('-')[0];
        var codes = Findings(name, out _).Select(f => f.Code).ToList();
        if (code == "clean")
        {
            codes.ShouldBeEmpty();
        }
        else
        {
            codes.ShouldContain(code, StringComparer.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_Case_WarningsFitIntoTheAdmissionResponse(string name)
    {
        foreach (var warning in Findings(name, out _).Where(f => f.Severity == FindingSeverity.Warning))
        {
            warning.ToString().Length.ShouldBeLessThanOrEqualTo(256, warning.ToString());
        }
    }

    [Fact]
    public void Codes_All_HaveACase()
    {
        var covered = Cases.Select(c => c.Data.Split('-')[0]).Append(FindingCodes.GeneratedPolicyEdited).ToHashSet(StringComparer.Ordinal);
        FindingCodes.All.Where(code => !covered.Contains(code)).ShouldBeEmpty();
    }

    [Fact]
    public void Codes_All_AreListedOnceAndDocumented()
    {
        var constants = typeof(FindingCodes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);
        FindingCodes.All.ShouldBe(constants);
        FindingCodes.All.Distinct(StringComparer.Ordinal).Count().ShouldBe(FindingCodes.All.Count);
        var documented = Heading()
            .Matches(File.ReadAllText(Path.Combine(Golden.Testdata, "..", "..", "docs", "findings.md")))
            .Select(m => m.Value[3..]);
        documented.ShouldBe(FindingCodes.All);
    }

    private static IReadOnlyList<Finding> Findings(string name, out JsonElement document)
    {
        var json = Yaml.ReadJson(File.ReadAllText(Path.Combine(Folder, name + ".yaml"))).ShouldHaveSingleItem();
        document = JsonSerializer.SerializeToElement(json);
        var needsCluster = name is ['P', 'A', 'L', '1', '1', '3' or '4' or '5' or '6' or '7', ..];
        return PolicyValidator.Validate(
            document,
            new()
            {
                Cluster = needsCluster ? Cluster() : null,
                KubernetesVersion = KubernetesVersion.TryParse(name.Split('-')[^1], out var version) ? version : KubernetesVersion.Newest,
            }
        );
    }

    internal static ClusterFacts Cluster()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "cluster.yaml"));
        return new()
        {
            Snapshot = Yaml.Snapshot(text),
            AllServices = [.. Yaml.ReadAll(text).OfType<V1Service>()],
            PodRanges = CidrSet.From(Cidr.Parse("10.244.0.0/16")),
        };
    }

    [GeneratedRegex("^## PAL[0-9]{3}", RegexOptions.Multiline, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Heading();
}
