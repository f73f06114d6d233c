namespace Palisade.EndToEnd;

/// <summary>Custom resources in which CASE stands for a test's name.</summary>
internal static class Manifests
{
    /// <summary>Closes the test's namespaces; DNS and traffic within a namespace stay open.</summary>
    public const string DefaultDeny = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: CASE, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE}}
        """;

    /// <summary>Closes the test's namespaces; only DNS stays open.</summary>
    public const string DefaultDenyAll = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: CASE, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE}}
          allow: {sameNamespace: false}
        """;

    /// <summary>Opens the DNS port of each pod to each other, by UDP.</summary>
    public const string Dns = """
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata: {name: CASE-udp, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE}}
          policyTypes: [Ingress, Egress]
          ingress: [{from: [{namespaceSelector: {matchLabels: {case: CASE}}}], ports: [{protocol: UDP, port: 53}]}]
          egress: [{to: [{namespaceSelector: {matchLabels: {case: CASE}}}], ports: [{protocol: UDP, port: 53}]}]
        """;

    /// <summary>Opens the database's SQL port, by its name, to the front end; both directions.</summary>
    public const string FrontToDatabase = """
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata: {name: CASE-database, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE, tier: data}}
          podSelector: {matchLabels: {app: database}}
          policyTypes: [Ingress]
          ingress:
          - from:
            - namespaceSelector: {matchLabels: {case: CASE, tier: web}}
              podSelector: {matchLabels: {app: front}}
            ports: [{port: sql}]
        ---
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata: {name: CASE-front, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE, tier: web}}
          podSelector: {matchLabels: {app: front}}
          policyTypes: [Egress]
          egress:
          - to:
            - namespaceSelector: {matchLabels: {case: CASE, tier: data}}
            ports: [{port: 5432}]
        """;
}
