using System.Globalization;

namespace Palisade.Agent.Bench;

/// <summary>A made-up cluster: namespaces of ten pods each, two policies a namespace, some of the pods on the node that is measured.</summary>
internal sealed record BenchCluster(int Namespaces, int PodsPerNamespace, int PoliciesPerNamespace, int LocalPods, string Node)
{
    public int Pods => Namespaces * PodsPerNamespace;

    public int Policies => Namespaces * PoliciesPerNamespace;

    public static string PodPath(string ns, string name) => $"/api/v1/namespaces/{ns}/pods/{name}";

    public static string PolicyPath(string ns) => $"/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies";

    public static string Pod(string ns, string name, string node, int group) =>
        $$$"""
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "{{{name}}}", "namespace": "{{{ns}}}", "labels": {
                 "app": "app-{{{group}}}", "app.kubernetes.io/name": "app-{{{group}}}", "pod-template-hash": "5d8f{{{ns.GetHashCode(
                StringComparison.Ordinal
            ):x8}}}"},
               "annotations": {"note": "as long as what controllers write here, so that reading it costs what it costs in a cluster"}},
             "spec": {"nodeName": "{{{node}}}", "terminationGracePeriodSeconds": 0, "containers": [
                 {"name": "app", "image": "registry.example/app:1", "ports": [{"name": "http", "containerPort": 8080}],
                  "env": [{"name": "A", "value": "b"}, {"name": "C", "value": "d"}]}]} }
            """;

    public static string Status(string address) =>
        $$"""{"status": {"phase": "Running", "podIP": "{{address}}", "podIPs": [{"ip": "{{address}}"}]} }""";

    public static string Policy(string ns, string name, int group, string from) =>
        $$$"""
            {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "{{{name}}}", "namespace": "{{{ns}}}"},
             "spec": {"podSelector": {"matchLabels": {"app": "app-{{{group}}}"} }, "policyTypes": ["Ingress"],
               "ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "{{{from}}}"} } }, {"podSelector": {"matchLabels": {"app": "app-1"} } }],
                            "ports": [{"port": 8080}]}]} }
            """;

    /// <summary>Writes all of it.</summary>
    public async Task WriteAsync(ApiWriter api)
    {
        await api.CreateAllAsync(
            All()
                .Select(ns =>
                    (
                        "/api/v1/namespaces",
                        $$$"""{"metadata": {"name": "{{{ns.Name}}}", "labels": {"team": "team-{{{ns.Number % 50}}}"} } }"""
                    )
                )
        );
        await api.CreateAllAsync(
            from ns in All()
            from i in Enumerable.Range(0, PoliciesPerNamespace)
            select (PolicyPath(ns.Name), Policy(ns.Name, $"p{i}", i, $"team-{ns.Number % 50}"))
        );
        await Parallel.ForEachAsync(
            from ns in All()
            from i in Enumerable.Range(0, PodsPerNamespace)
            select (ns.Name, Index: (ns.Number * PodsPerNamespace) + i, Group: i % 5),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (pod, _) =>
            {
                var isLocal = pod.Index < LocalPods;
                var name = $"pod-{pod.Index}";
                await api.CreateAsync(
                    $"/api/v1/namespaces/{pod.Name}/pods",
                    Pod(pod.Name, name, isLocal ? Node : $"other-{pod.Index % 100}", pod.Group)
                );
                await api.PatchAsync(PodPath(pod.Name, name) + "/status", Status(Address(pod.Index, isLocal)));
            }
        );
    }

    public static string Address(int index, bool isLocal) =>
        isLocal
            ? string.Create(CultureInfo.InvariantCulture, $"10.244.1.{index + 20}")
            : string.Create(CultureInfo.InvariantCulture, $"10.{100 + (index / 65000)}.{index / 250 % 250}.{(index % 250) + 1}");

    private IEnumerable<(string Name, int Number)> All() => Enumerable.Range(0, Namespaces).Select(i => ($"ns-{i}", i));
}
