using System.Collections.Concurrent;
using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;
using Palisade.Testing;

namespace Palisade.Policy.Tests.Validation;

/// <summary>
/// The real kube-apiserver as the judge of generated NetworkPolicies, valid and with one or two faults. What it refuses, validation for its
/// version refuses; what it takes, that takes, but for the codes that docs/findings.md names.
/// </summary>
public sealed class ApiServerOracleTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private const int Count = 2500;

    /// <summary>API servers before 1.22 do not know endPort and drop it; later ones refuse what we refuse.</summary>
    private static readonly string[] Stricter = [FindingCodes.EndPortInvalid];

    [Fact]
    public async Task Validate_GeneratedPolicies_RefusesWhatTheApiServerRefuses()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var home = (await server.CreateNamespaceAsync(null, cancellation)).Metadata.Name;
        var version = await server.Client.GetVersionAsync(cancellation);
        var policies = Generate(home);
        var wrong = new ConcurrentBag<string>();
        int refused = 0,
            taken = 0;
        await Parallel.ForEachAsync(
            policies,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation },
            async (policy, token) =>
            {
                var answer = await WhyRefusedAsync(policy, token);
                Interlocked.Increment(ref answer is null ? ref taken : ref refused);
                if (answer is not null && Errors(policy, version).Count == 0 && !DependsOnTheBuild(policy, version))
                {
                    wrong.Add($"only the API server refuses: {answer}");
                }

                var onlyOurs = answer is null ? Errors(policy, version).Where(e => !Stricter.Contains(e.Code, StringComparer.Ordinal)) : [];
                foreach (var error in onlyOurs)
                {
                    wrong.Add($"only we refuse {policy.Metadata.Name}: {error}");
                }
            }
        );
        wrong.Order(StringComparer.Ordinal).ShouldBeEmpty();
        refused.ShouldBeGreaterThan(Count / 5);
        taken.ShouldBeGreaterThan(Count / 5);
    }

    private static List<Finding> Errors(V1NetworkPolicy policy, KubernetesVersion version) =>
        [.. Findings(policy, version).Where(f => f.Severity == FindingSeverity.Error)];

    private static IReadOnlyList<Finding> Findings(V1NetworkPolicy policy, KubernetesVersion version) =>
        PolicyValidator.Validate(policy, new() { KubernetesVersion = version });

    /// <summary>Before 1.22 an API server that is built with Go 1.17 or newer refuses leading zeros, and no other does.</summary>
    private static bool DependsOnTheBuild(V1NetworkPolicy policy, KubernetesVersion version) =>
        !version.IsAtLeast(new(1, 22))
        && Findings(policy, version).Any(f => f.Code is FindingCodes.CidrInvalid or FindingCodes.ExceptInvalid);

    private async Task<string?> WhyRefusedAsync(V1NetworkPolicy policy, CancellationToken cancellationToken)
    {
        try
        {
            await server.Client.CreateAsync(policy, cancellationToken);
            return null;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            return e.Message;
        }
    }

    private static List<V1NetworkPolicy> Generate(string home)
    {
        var random = new Random(8);
        return
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i => new V1NetworkPolicy
                {
                    Metadata = new() { Name = $"np-{i}", NamespaceProperty = home },
                    Spec = new PolicyGenerator(random, faults: random.Next(3)).Spec(),
                }),
        ];
    }
}
