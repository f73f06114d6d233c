using System.Collections.Concurrent;
using System.Net;
using Palisade.Kubernetes.Client;
using Palisade.Models;
using Palisade.Policy.Validation;
using Palisade.Testing;

namespace Palisade.Policy.Tests.Validation;

/// <summary>
/// The real kube-apiserver as the judge of generated NetworkPolicies, valid and with one or two faults. What it refuses, strict validation
/// refuses; what it takes, lenient validation takes, but for the codes that docs/findings.md names.
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
                if (answer is not null && Errors(policy, strict: true).Count == 0)
                {
                    wrong.Add($"only the API server refuses: {answer}");
                }

                var onlyOurs = answer is null
                    ? Errors(policy, strict: false).Where(e => !Stricter.Contains(e.Code, StringComparer.Ordinal))
                    : [];
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

    private static List<Finding> Errors(V1NetworkPolicy policy, bool strict) =>
        [.. PolicyValidator.Validate(policy, new() { StrictNetworkPolicies = strict }).Where(f => f.Severity == FindingSeverity.Error)];

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
