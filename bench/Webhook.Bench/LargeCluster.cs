using System.Diagnostics;
using System.Text.Json;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Bench;

/// <summary>What is known of a cluster with as many namespaces, each with ten pods and two NetworkPolicies.</summary>
internal sealed class LargeCluster(int namespaces) : IClusterView
{
    /// <summary>How many pods a namespace has.</summary>
    public const int PodsEach = 10;

    private const int Runs = 200;

    private readonly ClusterFacts _facts = MakeFacts(namespaces);

    public ClusterFacts Facts() => _facts;

    /// <summary>How long the same policies take to judge, in ms, ascending; of each the second half, once all is compiled.</summary>
    public static IReadOnlyList<double> Measure(IClusterView cluster)
    {
        var guard = new GeneratedPolicyGuard(ProtectionMode.Deny, []);
        var handlers = new PolicyHandlers(guard, ValidationOptions.Default, cluster, () => null, TimeProvider.System);
        var bodies = ReviewBodies.Realistic("CREATE").Select(Read).ToList();
        var times = new List<double>();
        for (var i = 0; i < 2 * Runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            handlers.ClusterNetworkPolicy(null, bodies[i % bodies.Count], new() { Name = "bench", User = "ada" });
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [.. times.Skip(Runs).Order()];
    }

    private static ClusterNetworkPolicy Read(byte[] review)
    {
        using var document = JsonDocument.Parse(review);
        var entity = document.RootElement.GetProperty("request").GetProperty("object");
        var policy = entity.Deserialize(ModelsJson.Contract<ClusterNetworkPolicy>())!;

        // The most there is to foresee: also which namespaces lack DNS.
        policy.Spec.PolicyTypes = ["Ingress", "Egress"];
        return policy;
    }

    /// <summary>DNS is let out everywhere but in the last namespaces, so that all must be looked at to know.</summary>
    private static ClusterFacts MakeFacts(int namespaces)
    {
        var pods = Enumerable.Range(0, namespaces * PodsEach).Select(i => PodFacts.From(MadeObjects.Pod(i, i / PodsEach))).ToList();
        var all = Enumerable.Range(0, namespaces).ToList();
        return new()
        {
            Snapshot = new ClusterSnapshot
            {
                Namespaces = [.. all.Select(i => NamespaceFacts.From(MadeObjects.Namespace(i)))],
                Pods = [.. pods],
                Policies =
                [
                    .. all.Select(MadeObjects.ClosedPolicy).Concat(all.SkipLast(2).Select(MadeObjects.DnsPolicy)).Select(PolicyFacts.From),
                ],
            },
            PodRanges = CidrSet.From(pods.SelectMany(pod => pod.Addresses).Select(Cidr.Single)),
        };
    }
}
