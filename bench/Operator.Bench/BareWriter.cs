using System.Diagnostics;
using System.Globalization;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Operator.Bench;

/// <summary>The baseline: writes the same NetworkPolicies as the operator, with as many requests at once, and does nothing else.</summary>
internal sealed class BareWriter(IKubernetesClient client, int parallel)
{
    /// <summary>Label of every namespace.</summary>
    public const string Label = "bench";

    /// <summary>With what the names of the first namespaces begin; a number follows.</summary>
    public const string NamePrefix = "bench-";

    /// <summary>Label that says in which turn of the throughput's a namespace has its NetworkPolicy written.</summary>
    public const string SliceLabel = "bench-slice";

    private static readonly ApplyOptions Apply = new("bare-writer");

    /// <summary>Applies a NetworkPolicy in every namespace.</summary>
    public Task<TimeSpan> ApplyAsync(IReadOnlyList<string> namespaces, string name, int port) =>
        MeasureAsync(namespaces, (target, token) => client.ApplyAsync(Policy(target, name, port), Apply, token));

    /// <summary>Deletes the NetworkPolicy in every namespace.</summary>
    public Task<TimeSpan> DeleteAsync(IReadOnlyList<string> namespaces, string name) =>
        MeasureAsync(
            namespaces,
            (target, token) => client.DeleteAsync<V1NetworkPolicy>(new NamespacedName(target, name), cancellationToken: token)
        );

    /// <summary>Creates namespaces.</summary>
    public Task<TimeSpan> CreateNamespacesAsync(IReadOnlyList<string> namespaces) =>
        MeasureAsync(namespaces, (target, token) => client.CreateAsync(Namespace(target), token));

    public static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    /// <summary>A namespace that the operator's custom resources select.</summary>
    public static V1Namespace Namespace(string name)
    {
        var labels = Labels(Label, "yes");
        if (SliceOf(name) is { } slice)
        {
            labels[SliceLabel] = slice;
        }

        return new V1Namespace
        {
            Metadata = new() { Name = name, Labels = labels },
        };
    }

    /// <summary>Value of <see cref="SliceLabel"/> of a namespace; null for one that came later.</summary>
    public static string? SliceOf(string name) =>
        name.StartsWith(NamePrefix, StringComparison.Ordinal)
            ? (int.Parse(name[NamePrefix.Length..], CultureInfo.InvariantCulture) / Throughput.Slice).ToString(CultureInfo.InvariantCulture)
            : null;

    private static V1NetworkPolicy Policy(string target, string name, int port) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = target,
                Labels = Labels("app.kubernetes.io/managed-by", "bare-writer"),
                OwnerReferences =
                [
                    new()
                    {
                        // As long as the operator's, but of no custom resource of Palisade's: the operator would look for that.
                        ApiVersion = "example.com/v1alpha1",
                        Kind = "SomethingElsePolicy",
                        Name = "bare",
                        Uid = "8f6f1d3c-0000-0000-0000-000000000000",
                        Controller = true,
                    },
                ],
            },
            Spec = new()
            {
                PodSelector = new(),
                PolicyTypes = ["Ingress"],
                Ingress = ScaleRun
                    .Ingress(port)
                    .Select(rule => new V1NetworkPolicyIngressRule { Ports = rule.Ports, FromProperty = Peers() })
                    .ToList(),
            },
        };

    private static List<V1NetworkPolicyPeer> Peers() =>
        [new() { NamespaceSelector = new() { MatchLabels = Labels("team", "monitoring") } }];

    private async Task<TimeSpan> MeasureAsync(IReadOnlyList<string> namespaces, Func<string, CancellationToken, Task> write)
    {
        var began = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel };
        await Parallel.ForEachAsync(namespaces, options, async (target, token) => await write(target, token));
        return Stopwatch.GetElapsedTime(began);
    }
}
