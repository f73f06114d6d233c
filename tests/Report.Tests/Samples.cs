using System.Text;
using Palisade.Testing;

namespace Palisade.Report.Tests;

/// <summary>Clusters to report on.</summary>
internal static class Samples
{
    private static readonly string[] Apps =
    [
        "frontend",
        "api",
        "worker",
        "cache",
        "db",
        "queue",
        "search",
        "mailer",
        "auth",
        "billing",
        "gateway",
        "scheduler",
        "reports",
    ];

    /// <summary>The shop that comes with the product.</summary>
    public static string Shop { get; } = Path.Join(Repository.Root, "config/samples/shop");

    /// <summary>Forty teams of thirteen workloads, closed by a profile and opened by a few policies.</summary>
    public static string Large()
    {
        var text = new StringBuilder();
        for (var team = 0; team < 40; team++)
        {
            var name = $"team-{team:00}";
            Add(text, $"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{managed: 'true'}}}}}}");
            foreach (var app in Apps)
            {
                Add(text, Deployment(name, app, "{name: http, containerPort: 8080}"));
            }
        }

        Add(text, Deployment("monitoring", "prometheus", "{name: http, containerPort: 9090}"));
        Add(text, Deployment("ingress", "controller", "{name: http, containerPort: 8080}"));
        Add(text, Profile);
        Add(
            text,
            Policy("metrics", "{}", "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}]")
        );
        Add(
            text,
            Policy(
                "api",
                "{matchLabels: {app: api}}",
                "ingress: [{from: [{podSelector: {matchLabels: {app: frontend}}}], ports: [{port: http}]}]"
            )
        );
        Add(
            text,
            Policy(
                "calls",
                "{matchLabels: {app: frontend}}",
                "egress: [{to: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: http}]}]"
            )
        );
        return text.ToString();
    }

    private const string Profile = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: baseline}
        spec: {namespaceSelector: {matchLabels: {managed: 'true'}}, allow: {dns: true, sameNamespace: false}}
        """;

    private static string Deployment(string inNamespace, string name, string port) =>
        $$$$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: {{{{name}}}}, namespace: {{{{inNamespace}}}}}
            spec: {replicas: 3, template: {metadata: {labels: {app: {{{{name}}}}}}, spec: {containers: [{name: c, ports: [{{{{port}}}}]}]}}}
            """;

    private static string Policy(string name, string pods, string rules) =>
        $$$"""
            apiVersion: palisade.dev/v1alpha1
            kind: ClusterNetworkPolicy
            metadata: {name: {{{name}}}}
            spec:
              namespaceSelector: {matchLabels: {managed: 'true'}}
              podSelector: {{{pods}}}
              policyTypes: [{{{(rules[0] == 'i' ? "Ingress" : "Egress")}}}]
              {{{rules}}}
            """;

    private static void Add(StringBuilder text, string document) => text.Append(document).Append("\n---\n");
}
