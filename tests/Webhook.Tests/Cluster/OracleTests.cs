using System.Text.Json;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>The API server's own validation of NetworkPolicies is what ours is measured by.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class OracleTests(ClusterFixture cluster)
{
    private const int Policies = 2000;

    [Fact]
    public async Task Validate_GeneratedNetworkPolicies_RefusesWhatTheApiServerRefusesAndNothingElse()
    {
        var version = await cluster.Server.Client.GetVersionAsync(TestContext.Current.CancellationToken);
        var missed = new List<string>();
        var stricter = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var refused = 0;
        for (var seed = 0; seed < Policies; seed++)
        {
            var policy = new NetworkPolicyGenerator(seed).Next();
            var findings = PolicyValidator.Validate(policy, new() { KubernetesVersion = version });
            var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
            var refusal = await RefusalAsync(policy);
            refused += refusal is null ? 0 : 1;
            if (refusal is not null && errors.Count == 0 && !(findings.Any(IsOfNotation) && !version.IsAtLeast(new(1, 22))))
            {
                missed.Add(
                    $"seed {seed}: {refusal}\n  {JsonSerializer.Serialize(policy.Spec, ModelsJson.Contract<V1NetworkPolicySpec>())}"
                );
            }
            else if (refusal is null)
            {
                errors.ForEach(error => stricter.TryAdd(error.Code, $"seed {seed}: {error}"));
            }
        }

        missed.ShouldBeEmpty();
        stricter.ShouldBeEmpty();
        refused.ShouldBeInRange(Policies / 5, Policies * 4 / 5);
    }

    /// <summary>Leading zeros: before 1.22 a server built with Go 1.17 or newer refuses them, another reads them as decimal. We warn.</summary>
    private static bool IsOfNotation(Finding finding) => finding.Code is FindingCodes.CidrInvalid or FindingCodes.ExceptInvalid;

    private async Task<string?> RefusalAsync(V1NetworkPolicy policy)
    {
        try
        {
            await cluster.Server.Client.ApplyAsync(
                policy,
                new ApplyOptions("oracle") { DryRun = true },
                TestContext.Current.CancellationToken
            );
            return null;
        }
        catch (KubernetesException exception) when (exception.Reason == StatusReasons.Invalid)
        {
            return exception.Message;
        }
    }
}
