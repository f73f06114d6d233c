using Palisade.Policy;
using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Tests.Impact;

public sealed class ImpactForecastTests
{
    private static readonly ImpactBudget Unlimited = new(TimeProvider.System, TimeSpan.MaxValue);

    private static readonly ClusterFacts Cluster = new()
    {
        Snapshot = new ClusterSnapshot
        {
            Namespaces = [Namespace("shop", "web"), Namespace("blog", "web"), Namespace("bank", "secure"), Namespace("kube-system", "")],
            Pods =
            [
                Pod("shop", "api"),
                Pod("shop", "db"),
                Pod("blog", "api"),
                Pod("bank", "api"),
                Pod("shop", "api", phase: "Succeeded"),
                Pod("shop", "api", hostNetwork: true),
            ],
            Policies = [Policy("blog", Dns("UDP")), Policy("shop", Dns("TCP"))],
        },
    };

    [Fact]
    public void Preview_ClusterNetworkPolicy_CountsSelectablePodsOfMatchingNamespaces() =>
        ImpactForecast
            .Preview(Closing("web", "Ingress"), Cluster, lacksDns: false, Unlimited)
            .ShouldBe(["isolates 3 pods in 2 namespaces now"]);

    [Fact]
    public void Preview_PodSelector_CountsOnlyItsPods()
    {
        var policy = Closing("web", "Ingress");
        policy.Spec.PodSelector = Selector("app", "db");

        ImpactForecast.Preview(policy, Cluster, lacksDns: false, Unlimited).ShouldBe(["isolates 1 pod in 2 namespaces now"]);
    }

    [Fact]
    public void Preview_NoNamespaceLeft_SaysSo()
    {
        var policy = Closing("secure", "Ingress");
        policy.Spec.ExcludedNamespaces = ["ban*"];

        ImpactForecast.Preview(policy, Cluster, lacksDns: false, Unlimited).ShouldBe(["applies to no namespace now"]);
    }

    [Fact]
    public void Preview_EgressWithoutDns_CountsNamespacesThatHaveNoAllowance() =>
        ImpactForecast
            .Preview(Closing("web", "Egress"), Cluster, lacksDns: true, Unlimited)
            .ShouldBe(["isolates 3 pods in 2 namespaces now; 1 of these namespaces has no DNS allowance"]);

    [Fact]
    public void Preview_DnsOnlyFromWhatItStampedBefore_CountsItAsGone()
    {
        var stamped = Policy("shop", Dns("UDP")) with { Name = "palisade-cnp-web" };
        var cluster = Cluster with { Snapshot = Cluster.Snapshot with { Policies = [.. Cluster.Snapshot.Policies, stamped] } };

        ImpactForecast
            .Preview(Closing("web", "Egress"), cluster, lacksDns: true, Unlimited)
            .ShouldBe(["isolates 3 pods in 2 namespaces now; 1 of these namespaces has no DNS allowance"]);
    }

    [Fact]
    public void Preview_DefaultDenyProfile_LeavesSystemNamespacesOut()
    {
        var profile = new DefaultDenyProfile { Spec = { NamespaceSelector = new() } };

        ImpactForecast
            .Preview(profile, Cluster, lacksDns: true, Unlimited)
            .ShouldBe(["isolates 4 pods in 3 namespaces now; 2 of these namespaces have no DNS allowance"]);
    }

    [Fact]
    public void Preview_AuditedProfile_SaysWhatItWouldDo()
    {
        var profile = new DefaultDenyProfile { Spec = { NamespaceSelector = new(), Enforcement = "Audit" } };

        ImpactForecast.Preview(profile, Cluster, lacksDns: false, Unlimited).ShouldBe(["would isolate 4 pods in 3 namespaces now"]);
    }

    [Fact]
    public void Preview_MorePodsThanCanBeCountedInTime_SaysHowManyAtLeast()
    {
        var pods = Enumerable.Range(0, 1000).Select(i => Pod("shop", $"api-{i}"));
        var crowded = Cluster with { Snapshot = Cluster.Snapshot with { Pods = [.. pods] } };

        ImpactForecast
            .Preview(Closing("web", "Egress"), crowded, lacksDns: true, Short())
            .ShouldBe(["isolates at least 47 pods in at least 1 namespace now; at least 1 of these namespaces has no DNS allowance"]);
    }

    [Fact]
    public void Preview_ManyReplicas_AreCountedInTime()
    {
        var replicas = Cluster with { Snapshot = Cluster.Snapshot with { Pods = [.. Enumerable.Repeat(Pod("shop", "api"), 1000)] } };

        ImpactForecast
            .Preview(Closing("web", "Ingress"), replicas, lacksDns: false, Short())
            .ShouldBe(["isolates 1000 pods in 2 namespaces now"]);
    }

    [Fact]
    public void Preview_MoreNamespacesThanCanBeLookedAtInTime_SaysHowManyAtLeast()
    {
        var wide = Cluster with { Snapshot = Cluster.Snapshot with { Namespaces = [.. Enumerable.Repeat(Namespace("x", "web"), 1000)] } };

        ImpactForecast
            .Preview(Closing("web", "Ingress"), wide, lacksDns: false, Short())
            .ShouldBe(["isolates pods in at least 48 namespaces now"]);
    }

    [Fact]
    public void Preview_NoTimeLeft_SaysNothing()
    {
        var budget = new ImpactBudget(new SlowClock(), TimeSpan.Zero);

        ImpactForecast.Preview(Closing("web", "Ingress"), Cluster, lacksDns: false, budget).ShouldBeEmpty();
    }

    /// <summary>Three looks at the clock, and what is looked at in between.</summary>
    private static ImpactBudget Short() => new(new SlowClock(), ImpactBudget.Usual);

    private static ClusterNetworkPolicy Closing(string tier, string type) =>
        new()
        {
            Metadata = new() { Name = tier },
            Spec = { NamespaceSelector = Selector("tier", tier), PolicyTypes = [type] },
        };

    private static V1LabelSelector Selector(string key, string value) => new() { MatchLabels = Labels(key, value) };

    private static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    private static NamespaceFacts Namespace(string name, string tier) =>
        new() { Name = name, Labels = LabelSet.From(Labels("tier", tier)) };

    private static PodFacts Pod(string space, string app, string phase = "Running", bool hostNetwork = false) =>
        new()
        {
            Namespace = space,
            Name = app,
            Labels = LabelSet.From(Labels("app", app)),
            HostNetwork = hostNetwork,
            HasFinished = phase != "Running",
        };

    private static PolicyFacts Policy(string space, V1NetworkPolicyPort port) =>
        new()
        {
            Namespace = space,
            Name = "dns",
            Spec = new() { Egress = [new() { Ports = [port] }] },
        };

    private static V1NetworkPolicyPort Dns(string protocol) => new() { Protocol = protocol, Port = 53 };

    /// <summary>Each look at it takes 3 ms.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => 3 * _looks++;
    }
}
