using System.Globalization;

namespace Palisade.Webhook.Bench;

/// <summary>Namespaces, pods and policies of a made-up cluster, by number.</summary>
internal static class MadeObjects
{
    public static string NamespaceName(int i) => string.Create(CultureInfo.InvariantCulture, $"namespace-{i}");

    /// <summary>Every second one is of the tier that the policies are for; of the teams that they let in there are several each.</summary>
    public static V1Namespace Namespace(int i) =>
        new()
        {
            Metadata = new()
            {
                Name = NamespaceName(i),
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["tier"] = i % 2 == 0 ? "web" : "data",
                    ["team"] = string.Create(CultureInfo.InvariantCulture, $"t{i % 50}"),
                },
            },
        };

    /// <summary>A running pod; every second one is of the app that the policies are for.</summary>
    public static V1Pod Pod(int i, int inNamespace) =>
        new()
        {
            Metadata = new()
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"pod-{i}"),
                NamespaceProperty = NamespaceName(inNamespace),
                Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["app"] = i % 4 < 2 ? "api" : "db",
                    ["app.kubernetes.io/part-of"] = "shop",
                    ["pod-template-hash"] = inNamespace.ToString("x10", CultureInfo.InvariantCulture),
                },
            },
            Spec = new() { Containers = [new() { Name = "main", Ports = [new() { Name = "http", ContainerPort = 8080 }] }] },
            Status = new()
            {
                Phase = "Running",
                PodIP = string.Create(CultureInfo.InvariantCulture, $"100.{64 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}"),
            },
        };

    /// <summary>A NetworkPolicy that lets DNS out.</summary>
    public static V1NetworkPolicy DnsPolicy(int inNamespace) => Policy("dns", inNamespace, [new() { Ports = [Dns()] }]);

    /// <summary>A NetworkPolicy that lets nothing out.</summary>
    public static V1NetworkPolicy ClosedPolicy(int inNamespace) => Policy("closed", inNamespace, null);

    private static V1NetworkPolicy Policy(string name, int inNamespace, IList<V1NetworkPolicyEgressRule>? egress) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = NamespaceName(inNamespace) },
            Spec = new()
            {
                PodSelector = new(),
                PolicyTypes = ["Egress"],
                Egress = egress,
            },
        };

    private static V1NetworkPolicyPort Dns() => new() { Protocol = "UDP", Port = 53 };
}
