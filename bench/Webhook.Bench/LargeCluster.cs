using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;
using Palisade.Webhook.Kinds;

namespace Palisade.Webhook.Bench;

/// <summary>What is known of a cluster of 10,000 namespaces, 100,000 pods and 20,000 NetworkPolicies.</summary>
internal sealed class LargeCluster : IClusterView
{
    private const int Namespaces = 10_000;
    private const int PodsEach = 10;
    private const int PoliciesEach = 2;
    private const int Runs = 200;

    private readonly ClusterFacts _facts = MakeFacts();

    public ClusterFacts Facts() => _facts;

    /// <summary>How long the same policies take to judge, in ms, ascending; of each the second half, once all is compiled.</summary>
    public static IReadOnlyList<double> Measure(IClusterView cluster)
    {
        var webhook = new ClusterNetworkPolicyWebhook(ValidationOptions.Default, cluster, TimeProvider.System);
        var bodies = ReviewBodies.Realistic("CREATE").Select(Read).ToList();
        var times = new List<double>();
        for (var i = 0; i < 2 * Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            webhook.Create(bodies[i % bodies.Count], new AdmissionContext { Name = "bench", User = "ada" });
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [.. times.Skip(Runs).Order()];
    }

    private static ClusterNetworkPolicy Read(byte[] review)
    {
        using var document = JsonDocument.Parse(review);
        var entity = document.RootElement.GetProperty("request").GetProperty("object");
        var policy = entity.Deserialize(ModelsJsonContext.Default.ClusterNetworkPolicy)!;

        // The most there is to foresee: also which namespaces lack DNS.
        policy.Spec.PolicyTypes = ["Ingress", "Egress"];
        return policy;
    }

    private static ClusterFacts MakeFacts()
    {
        var pods = Enumerable.Range(0, Namespaces * PodsEach).Select(Pod).ToList();
        return new()
        {
            Snapshot = new ClusterSnapshot
            {
                Namespaces = [.. Enumerable.Range(0, Namespaces).Select(Namespace)],
                Pods = [.. pods],
                Policies = [.. Enumerable.Range(0, Namespaces * PoliciesEach).Select(Policy)],
            },
            PodRanges = CidrSet.Of(pods.SelectMany(PodTraits.Addresses).Select(Cidr.Single)),
        };
    }

    private static string NamespaceName(int i) => string.Create(CultureInfo.InvariantCulture, $"namespace-{i}");

    private static V1Namespace Namespace(int i) =>
        new() { Metadata = { Name = NamespaceName(i), Labels = Labels("tier", i % 2 == 0 ? "web" : "data") } };

    private static V1Pod Pod(int i) =>
        new()
        {
            Metadata =
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"pod-{i}"),
                NamespaceProperty = NamespaceName(i / PodsEach),
                Labels = Labels("app", i % 2 == 0 ? "api" : "db"),
            },
            Status = new()
            {
                Phase = "Running",
                PodIP = string.Create(CultureInfo.InvariantCulture, $"100.{64 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}"),
            },
        };

    private static V1NetworkPolicy Policy(int i) =>
        new()
        {
            Metadata =
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"policy-{i}"),
                NamespaceProperty = NamespaceName(i / PoliciesEach),
            },
            Spec = new() { PodSelector = new(), PolicyTypes = ["Egress"] },
        };

    private static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };
}
