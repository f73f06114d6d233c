using Palisade.Models;
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
    public void Of_ClusterNetworkPolicy_CountsSelectablePodsOfMatchingNamespaces() =>
        ImpactForecast.Of(Closing("web", "Ingress"), Cluster, Unlimited).ShouldBe(["isolates 3 pods in 2 namespaces now"]);

    [Fact]
    public void Of_PodSelector_CountsOnlyItsPods()
    {
        var policy = Closing("web", "Ingress");
        policy.Spec.PodSelector = Selector("app", "db");

        ImpactForecast.Of(policy, Cluster, Unlimited).ShouldBe(["isolates 1 pod in 2 namespaces now"]);
    }

    [Fact]
    public void Of_NoNamespaceLeft_SaysSo()
    {
        var policy = Closing("secure", "Ingress");
        policy.Spec.ExcludedNamespaces = ["ban*"];

        ImpactForecast.Of(policy, Cluster, Unlimited).ShouldBe(["applies to no namespace now"]);
    }

    [Fact]
    public void Of_EgressWithoutDns_CountsNamespacesThatHaveNoAllowance() =>
        ImpactForecast
            .Of(Closing("web", "Egress"), Cluster, Unlimited)
            .ShouldBe(["isolates 3 pods in 2 namespaces now; 1 of these namespaces has no DNS allowance"]);

    [Fact]
    public void Of_EgressWithDns_SaysNothingOfIt()
    {
        var policy = Closing("web", "Egress");
        policy.Spec.Egress = [new() { Ports = [Dns("UDP")] }];

        ImpactForecast.Of(policy, Cluster, Unlimited).ShouldBe(["isolates 3 pods in 2 namespaces now"]);
    }

    [Fact]
    public void Of_DefaultDenyProfile_LeavesSystemNamespacesOut()
    {
        var profile = new DefaultDenyProfile
        {
            Spec =
            {
                NamespaceSelector = new(),
                Allow = new() { Dns = false },
            },
        };

        ImpactForecast
            .Of(profile, Cluster, Unlimited)
            .ShouldBe(["isolates 4 pods in 3 namespaces now; 2 of these namespaces have no DNS allowance"]);
    }

    [Fact]
    public void Of_AuditedProfile_SaysWhatItWouldDo()
    {
        var profile = new DefaultDenyProfile { Spec = { NamespaceSelector = new(), Enforcement = "Audit" } };

        ImpactForecast.Of(profile, Cluster, Unlimited).ShouldBe(["would isolate 4 pods in 3 namespaces now"]);
    }

    [Fact]
    public void Of_MoreThanCanBeCountedInTime_SaysHowManyAtLeast()
    {
        var crowded = Cluster with { Snapshot = Cluster.Snapshot with { Pods = [.. Enumerable.Repeat(Pod("shop", "api"), 1000)] } };
        var budget = new ImpactBudget(new SlowClock(), ImpactBudget.Usual);

        ImpactForecast.Of(Closing("web", "Ingress"), crowded, budget).ShouldBe(["isolates at least 768 pods in 2 namespaces now"]);
        ImpactForecast.Of(Closing("web", "Egress"), crowded, budget).ShouldBe(["isolates pods in 2 namespaces now"]);
    }

    private static ClusterNetworkPolicy Closing(string tier, string type) =>
        new() { Spec = { NamespaceSelector = Selector("tier", tier), PolicyTypes = [type] } };

    private static V1LabelSelector Selector(string key, string value) => new() { MatchLabels = Labels(key, value) };

    private static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    private static V1Namespace Namespace(string name, string tier) => new() { Metadata = { Name = name, Labels = Labels("tier", tier) } };

    private static V1Pod Pod(string space, string app, string phase = "Running", bool hostNetwork = false) =>
        new()
        {
            Metadata = { NamespaceProperty = space, Labels = Labels("app", app) },
            Spec = new() { HostNetwork = hostNetwork },
            Status = new() { Phase = phase },
        };

    private static V1NetworkPolicy Policy(string space, V1NetworkPolicyPort port) =>
        new()
        {
            Metadata = { NamespaceProperty = space },
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
