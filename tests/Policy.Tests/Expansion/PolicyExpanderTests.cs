using Palisade.Policy.Expansion;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Tests.Expansion;

public sealed class PolicyExpanderTests
{
    private static readonly ExpansionContext Cluster = new()
    {
        Nodes =
        [
            Node(
                """
                metadata: {name: n2, labels: {role: edge}}
                spec: {podCIDR: 10.244.2.0/24, podCIDRs: [10.244.2.0/24]}
                status: {addresses: [{type: Hostname, address: n2}, {type: InternalIP, address: 192.168.0.12}, {type: InternalIP, address: "fd00::12"}]}
                """
            ),
            Node(
                "{metadata: {name: n1, labels: {role: control}}, spec: {podCIDR: 10.244.1.0/24}, status: {addresses: [{type: InternalIP, address: 192.168.0.9}]}}"
            ),
        ],
        Entities = ClusterEntities.Discover(
            [
                Yaml.Read<V1Service>(
                    """
                    metadata: {name: kubernetes, namespace: default}
                    spec: {clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], ports: [{name: https, port: 443, targetPort: 6443}]}
                    """
                ),
                Yaml.Read<V1Service>(
                    """
                    metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
                    spec:
                      clusterIP: 10.96.0.10
                      clusterIPs: [10.96.0.10, "fd00:96::a"]
                      selector: {k8s-app: kube-dns}
                      ports: [{name: dns, port: 53, protocol: UDP, targetPort: 53}, {name: dns-tcp, port: 53, protocol: TCP, targetPort: 53}]
                    """
                ),
            ],
            [
                Yaml.Read<V1Endpoints>(
                    "{metadata: {name: kubernetes, namespace: default}, subsets: [{addresses: [{ip: 192.168.0.9}], ports: [{name: https, port: 6443}]}]}"
                ),
            ],
            [Namespace("{metadata: {name: kube-system, labels: {kubernetes.io/metadata.name: kube-system}}}")]
        ),
    };

    private static readonly NamespaceFacts Shop = Namespace("{metadata: {name: shop, labels: {team: red, tier: web}}}");

    [Fact]
    public void Expand_PlainSpec_CarriesItAsGiven()
    {
        const string rules = """
            podSelector: {matchLabels: {app: web}}
            policyTypes: [Ingress]
            ingress:
            - from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}, {ipBlock: {cidr: 10.1.2.3/8, except: [10.1.0.0/16]}}]
              ports: [{port: http}, {protocol: UDP, port: 1, endPort: 5}]
            - {}
            """;
        var expected = Yaml.Read<V1NetworkPolicy>("spec:\n" + Indent(rules));
        Yaml.ToText(
                new V1NetworkPolicy
                {
                    Metadata = new() { Name = "" },
                    Spec = Expanded(rules).Spec,
                }
            )
            .ShouldBe(Yaml.ToText(expected));
    }

    [Fact]
    public void Expand_Metadata_IsOnlyOurs()
    {
        var policy = Yaml.Read<ClusterNetworkPolicy>(
            """
            apiVersion: palisade.dev/v1alpha1
            kind: ClusterNetworkPolicy
            metadata: {name: x, uid: u1, labels: {app.kubernetes.io/instance: argo}, annotations: {a: b}}
            spec: {namespaceSelector: {}}
            """
        );
        var metadata = PolicyExpander.Expand(policy, Shop, Cluster).Policy!.Metadata;
        Yaml.ToText(new V1NetworkPolicy { Metadata = metadata })
            .ShouldBe(
                Yaml.ToText(
                    Yaml.Read<V1NetworkPolicy>(
                        """
                        metadata:
                          name: palisade-cnp-x
                          namespace: shop
                          labels: {app.kubernetes.io/managed-by: palisade}
                          ownerReferences: [{apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, name: x, uid: u1, controller: true}]
                        """
                    )
                )
            );
    }

    [Fact]
    public void Expand_Tenant_SelectsNamespacesWithTheSameValues() =>
        Ingress("{tenant: {labels: [tier, team]}}").ShouldBe(["team in (red),tier in (web)/<nothing>"]);

    [Fact]
    public void Expand_TenantWithoutTheLabel_GetsNoPeer() => Ingress("{tenant: {labels: [team, missing]}}").ShouldBe(["no rule"]);

    [Fact]
    public void Expand_Nodes_GivesEveryAddressInOrder() =>
        Ingress("{nodes: {matchLabels: {role: edge}}}").ShouldBe(["10.244.2.0/31", "192.168.0.12/32", "fd00::12/128"]);

    [Fact]
    public void Expand_NodesThatMatchNone_LeaveNoRule() => Ingress("{nodes: {matchLabels: {role: none}}}").ShouldBe(["no rule"]);

    [Fact]
    public void Expand_OnePeerVanishes_TheOthersStay() =>
        Ingress("{nodes: {matchLabels: {role: none}}}, {podSelector: {}}").ShouldBe(["<nothing>/<everything>"]);

    [Fact]
    public void Expand_ApiServerAsSource_GivesTheAddressesOfItsNode() =>
        Ingress("{entity: KubeAPIServer}").ShouldBe(["10.244.1.0/31", "192.168.0.9/32"]);

    [Fact]
    public void Expand_PeersOfSeveralKinds_GrantNothing() => Ingress("{podSelector: {}, nodes: {}}").ShouldBe(["no rule"]);

    [Fact]
    public void Expand_EmptyPeer_GrantsNothing() => Ingress("{}").ShouldBe(["no rule"]);

    [Fact]
    public void Expand_NoPeersAtAll_StaysEverybody() => Expanded("ingress: [{from: []}]").Spec!.Ingress!.Count.ShouldBe(1);

    [Fact]
    public void Expand_AllEgressRulesVanish_EgressStaysIsolated()
    {
        var spec = Expanded("egress: [{to: [{nodes: {matchLabels: {role: none}}}]}]").Spec!;
        spec.Egress.ShouldBeEmpty();
        spec.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
        Directions.Isolates(spec, Directions.Egress).ShouldBeTrue();
    }

    [Fact]
    public void Expand_EgressToEntityWithoutPorts_GetsItsOwnPorts() =>
        Egress("egress: [{to: [{podSelector: {}}, {entity: KubeAPIServer}]}]")
            .ShouldBe(["<nothing>/<everything> on all", "10.96.0.1/32 on TCP/443", "192.168.0.9/32 on TCP/6443"]);

    [Fact]
    public void Expand_EgressToEntityWithPorts_TakesThose() =>
        Egress("egress: [{to: [{entity: KubeAPIServer}], ports: [{port: 443}]}]").ShouldBe(["10.96.0.1/32 192.168.0.9/32 on /443"]);

    [Fact]
    public void Expand_EgressToDns_GivesPodsAndClusterAddresses() =>
        Egress("egress: [{to: [{entity: ClusterDNS}]}]")
            .ShouldBe(["10.96.0.10/32 fd00:96::a/128 kubernetes.io/metadata.name in (kube-system)/k8s-app in (kube-dns) on TCP/53 UDP/53"]);

    [Fact]
    public void Expand_UnresolvedEntity_StampsNothingAndSaysWhy()
    {
        var policy = Policy("ingress: [{}]\negress: [{to: [{podSelector: {}}, {entity: KubeAPIServer}]}]");
        var result = PolicyExpander.Expand(policy, Shop, new());
        result.Policy.ShouldBeNull();
        var unresolved = result.Unresolved.ShouldHaveSingleItem();
        unresolved.Field.ShouldBe("spec.egress[0].to[1].entity");
        unresolved.Reason.ShouldBe(UnresolvedPeer.EntityNotFound);
    }

    [Fact]
    public void Expand_DnsNotFound_GoesByConvention()
    {
        var policy = Policy("egress: [{to: [{entity: ClusterDNS}]}]");
        Rules(PolicyExpander.Expand(policy, Shop, new()).Policy!)
            .ShouldBe(["kubernetes.io/metadata.name in (kube-system)/k8s-app in (kube-dns) on TCP/53 UDP/53"]);
    }

    [Fact]
    public void Expand_DefaultProfile_ClosesBothAndLeavesDnsAndTheNamespace()
    {
        var policy = Expand("spec: {namespaceSelector: {}}", Shop).Policy!;
        policy.Spec!.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
        policy.Spec.Ingress!.Count.ShouldBe(1);
        Rules(policy)
            .ShouldBe([
                "10.96.0.10/32 fd00:96::a/128 kubernetes.io/metadata.name in (kube-system)/k8s-app in (kube-dns) on TCP/53 UDP/53",
                "<nothing>/<everything> on all",
            ]);
    }

    [Fact]
    public void Expand_BareProfile_ClosesEverything()
    {
        var policy = Expand("spec: {namespaceSelector: {}, allow: {dns: false, sameNamespace: false}}", Shop).Policy!;
        policy.Spec!.Ingress.ShouldBeEmpty();
        policy.Spec.Egress.ShouldBeEmpty();
        Directions.Isolates(policy.Spec, Directions.Egress).ShouldBeTrue();
    }

    [Fact]
    public void Expand_IngressOnlyProfile_LeavesEgressAlone()
    {
        var policy = Expand("spec: {namespaceSelector: {}, policyTypes: [Ingress]}", Shop).Policy!;
        policy.Spec!.Egress.ShouldBeNull();
        Directions.Isolates(policy.Spec, Directions.Egress).ShouldBeFalse();
    }

    [Fact]
    public void Expand_OwnRules_ComeAfterTheUsualAllowances()
    {
        var policy = Expand(
            """
            spec:
              namespaceSelector: {}
              allow: {dns: false, kubeAPIServer: true, ingress: [{from: [{tenant: {labels: [team]}}]}], egress: [{to: [{ipBlock: {cidr: 1.2.3.0/24}}]}]}
            """,
            Shop
        ).Policy!;
        Rules(policy)
            .ShouldBe(["<nothing>/<everything> on all", "10.96.0.1/32 on TCP/443", "192.168.0.9/32 on TCP/6443", "1.2.3.0/24 on all"]);
        policy.Spec!.Ingress!.Count.ShouldBe(2);
    }

    [Fact]
    public void Expand_AuditProfile_StampsNothingButSaysWhatItWould()
    {
        var profile = Yaml.Read<DefaultDenyProfile>("spec: {namespaceSelector: {}, enforcement: Audit}");
        var result = PolicyExpander.Expand(profile, Shop, Cluster);
        result.Policy.ShouldBeNull();
        result.IsAudit.ShouldBeTrue();
        result.Unresolved.ShouldBeEmpty();
        PolicyExpander.ExpandAsEnforced(profile, Shop, Cluster).Policy.ShouldNotBeNull();
    }

    [Fact]
    public void Expand_ProfileOverOwnNamespace_LetsTheApiServerReachTheWebhook()
    {
        var own = Namespace("{metadata: {name: palisade-system}}");
        var rule = Expand("spec: {namespaceSelector: {}, allow: {sameNamespace: false}}", own)
            .Policy!.Spec!.Ingress!.ShouldHaveSingleItem();
        rule.FromProperty!.Select(Text).ShouldBe(["10.244.1.0/31", "192.168.0.9/32"]);
        rule.Ports!.ShouldHaveSingleItem().Port.Number.ShouldBe(9443);
    }

    [Fact]
    public void Expand_ProfileOverOwnNamespace_LetsPalisadeReachTheApiServer()
    {
        var own = Namespace("{metadata: {name: palisade-system}}");
        var policy = Expand("spec: {namespaceSelector: {}, allow: {sameNamespace: false, dns: false}}", own).Policy!;
        Rules(policy).ShouldBe(["10.96.0.1/32 on TCP/443", "192.168.0.9/32 on TCP/6443"]);
    }

    [Theory]
    [InlineData("policyTypes: [Ingress, Egress]", 1, 2)]
    [InlineData("policyTypes: [Egress]", 0, 2)]
    [InlineData("ingress: []", 1, 0)]
    public void Expand_PolicyThatClosesOwnNamespace_LeavesTheSameWaysOpen(string rules, int ingress, int egress)
    {
        var own = Namespace("{metadata: {name: palisade-system}}");
        var spec = PolicyExpander.Expand(Policy(rules), own, Cluster).Policy!.Spec!;
        (spec.Ingress?.Count ?? 0).ShouldBe(ingress);
        (spec.Egress?.Count ?? 0).ShouldBe(egress);
    }

    [Fact]
    public void Expand_ProfileOverOwnNamespaceWithoutApiServer_StampsNothing()
    {
        var own = Namespace("{metadata: {name: palisade-system}}");
        var profile = Yaml.Read<DefaultDenyProfile>("spec: {namespaceSelector: {}}");
        PolicyExpander.Expand(profile, own, new()).Policy.ShouldBeNull();
    }

    [Fact]
    public void Expand_NodesReordered_GivesTheSameText()
    {
        var policy = Policy("ingress: [{from: [{nodes: {}}, {entity: KubeAPIServer}]}]");
        var reversed = Cluster with { Nodes = [.. Cluster.Nodes.Reverse()] };
        Yaml.ToText(PolicyExpander.Expand(policy, Shop, reversed).Policy!)
            .ShouldBe(Yaml.ToText(PolicyExpander.Expand(policy, Shop, Cluster).Policy!));
    }

    private static ExpansionResult Expand(string profile, NamespaceFacts target) =>
        PolicyExpander.Expand(Yaml.Read<DefaultDenyProfile>(profile), target, Cluster);

    private static V1NetworkPolicy Expanded(string rules) => PolicyExpander.Expand(Policy(rules), Shop, Cluster).Policy!;

    private static ClusterNetworkPolicy Policy(string rules) =>
        Yaml.Read<ClusterNetworkPolicy>("metadata: {name: x}\nspec:\n  namespaceSelector: {}\n" + Indent(rules));

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => "  " + line));

    private static IEnumerable<string> Ingress(string peers)
    {
        var rules = Expanded($"ingress: [{{from: [{peers}]}}]").Spec!.Ingress!;
        return rules.Count == 0 ? ["no rule"] : rules.ShouldHaveSingleItem().FromProperty!.Select(Text);
    }

    private static IEnumerable<string> Egress(string rules) => Rules(Expanded(rules));

    private static IEnumerable<string> Rules(V1NetworkPolicy policy) =>
        policy.Spec!.Egress!.Select(r =>
        {
            var ports = r.Ports is { } list ? string.Join(' ', list.Select(p => $"{p.Protocol}/{p.Port}")) : "all";
            return $"{string.Join(' ', r.To!.Select(Text))} on {ports}";
        });

    private static string Text(V1NetworkPolicyPeer peer) =>
        peer.IpBlock?.Cidr ?? $"{LabelSelectorKey.From(peer.NamespaceSelector)}/{LabelSelectorKey.From(peer.PodSelector)}";

    [Theory]
    [InlineData("kube-system", true)]
    [InlineData("shop", false)]
    public void Expand_ProfileInTheDnsServersNamespace_LetsEverybodyInToDns(string name, bool isOpen)
    {
        var profile = Yaml.Read<DefaultDenyProfile>("{metadata: {name: x}, spec: {namespaceSelector: {}, allow: {sameNamespace: false}}}");
        var target = Namespace($"{{metadata: {{name: {name}}}}}");
        var ingress = PolicyExpander.Expand(profile, target, Cluster).Policy!.Spec!.Ingress!;
        ingress.Count.ShouldBe(isOpen ? 1 : 0);
        ingress.ShouldAllBe(rule => rule.FromProperty == null);
        ingress.SelectMany(rule => rule.Ports!).Select(port => $"{port.Protocol}/{port.Port}").ShouldBe(isOpen ? ["TCP/53", "UDP/53"] : []);

        profile.Spec.Allow!.Dns = false;
        PolicyExpander.Expand(profile, target, Cluster).Policy!.Spec!.Ingress!.ShouldBeEmpty();
    }

    [Fact]
    public void Expand_NodesSideBySide_AreTheFewestBlocksOfExactlyTheirAddresses()
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "x" },
            Spec = { NamespaceSelector = new(), Ingress = [new() { FromProperty = [new() { Nodes = new() }] }] },
        };
        var nodes = Enumerable.Range(1, 6).Select(i => NodeAt($"192.168.0.{i}", $"10.244.{i}.0/24"));
        var peers = PolicyExpander
            .Expand(policy, Shop, Cluster with { Nodes = [.. nodes] })
            .Policy!.Spec!.Ingress!.Single()
            .FromProperty!.Select(peer => peer.IpBlock!.Cidr);
        peers.ShouldBe([
            .. Enumerable.Range(1, 6).Select(i => $"10.244.{i}.0/31"),
            "192.168.0.1/32",
            "192.168.0.2/31",
            "192.168.0.4/31",
            "192.168.0.6/32",
        ]);
    }

    [Theory]
    [InlineData(5_000, true)]
    [InlineData(5_001, false)]
    public void Expand_ManyNodes_AreWrittenOutUpToTheLimitAndNotAtAllBeyondIt(int count, bool fits)
    {
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "x" },
            Spec =
            {
                NamespaceSelector = new(),
                Ingress = [new() { FromProperty = [new() { PodSelector = new() }, new() { Nodes = new() }] }],
            },
        };
        // No two are neighbours.
        var nodes = Enumerable.Range(0, count).Select(i => NodeAt($"10.{i >> 7}.{(i & 127) * 2}.5", $"11.{i >> 8}.{i & 255}.0/24"));

        var result = PolicyExpander.Expand(policy, Shop, Cluster with { Nodes = [.. nodes] });

        if (fits)
        {
            result.Policy!.Spec!.Ingress!.Single().FromProperty!.Count.ShouldBe(10_001);
            System
                .Text.Json.JsonSerializer.SerializeToUtf8Bytes(result.Policy, ModelsJson.Contract<V1NetworkPolicy>())
                .Length.ShouldBeLessThan(750_000);
            return;
        }

        result.Policy.ShouldBeNull();
        var problem = result.Unresolved.ShouldHaveSingleItem();
        (problem.Field, problem.Reason).ShouldBe(("spec.ingress[0].from[1].nodes", "TooManyAddresses"));
        problem.Message.ShouldContain("10002 address blocks of nodes, and one NetworkPolicy may hold 10000: select fewer nodes");
        result.WithoutNodes!.Spec!.Ingress!.Single().FromProperty!.ShouldHaveSingleItem().PodSelector.ShouldNotBeNull();
    }

    private static NamespaceFacts Namespace(string text) => NamespaceFacts.From(Yaml.Read<V1Namespace>(text));

    private static NodeFacts Node(string text) => NodeFacts.From(Yaml.Read<V1Node>(text));

    private static NodeFacts NodeAt(string address, string podCidr) =>
        new()
        {
            Name = address,
            PodRanges = [Cidr.Parse(podCidr)],
            Addresses = [IpAddress.Parse(address)],
        };
}
