using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Facts;

public sealed class PodFactsTests
{
    private const string Web = """
        metadata:
          name: web-1
          namespace: shop
          uid: 5d9a
          resourceVersion: '7'
          creationTimestamp: 2026-01-02T03:04:05Z
          labels: {app: web, tier: front}
          annotations: {a: b}
          ownerReferences:
          - {apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4, uid: '1', controller: true}
        spec:
          nodeName: node-1
          containers:
          - {name: plain, ports: [{containerPort: 9}]}
          - {name: app, ports: [{name: http, containerPort: 80, protocol: TCP}, {name: dns, containerPort: 53, protocol: UDP}]}
          initContainers:
          - {name: mesh, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}
          - {name: setup, ports: [{name: setup, containerPort: 1}]}
        status:
          phase: Running
          podIP: 10.0.0.1
          podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]
          hostIP: 192.0.2.1
        """;

    public static TheoryData<string, Action<V1Pod>> WhatPoliciesSee =>
        new()
        {
            { "label", pod => pod.Metadata.Labels["app"] = "db" },
            { "labels removed", pod => pod.Metadata.Labels = null },
            { "node", pod => pod.Spec.NodeName = "node-2" },
            { "host network", pod => pod.Spec.HostNetwork = true },
            { "succeeded", pod => pod.Status.Phase = "Succeeded" },
            { "failed", pod => pod.Status.Phase = "Failed" },
            { "second address", pod => pod.Status.PodIPs.RemoveAt(1) },
            { "addresses gone", pod => (pod.Status.PodIPs, pod.Status.PodIP) = (null, null) },
            { "port number", pod => pod.Spec.Containers[1].Ports[0].ContainerPort = 81 },
            { "port name", pod => pod.Spec.Containers[1].Ports[0].Name = "web" },
            { "port protocol", pod => pod.Spec.Containers[1].Ports[0].Protocol = "UDP" },
            { "port of a sidecar", pod => pod.Spec.InitContainers[0].Ports[0].ContainerPort = 15001 },
            // Of two pods that claim an address, the one that is not being deleted has it.
            { "terminating", pod => pod.Metadata.DeletionTimestamp = DateTime.UnixEpoch },
        };

    public static TheoryData<string, Action<V1Pod>> WhatPoliciesDoNotSee =>
        new()
        {
            { "nothing", _ => { } },
            { "version", pod => pod.Metadata.ResourceVersion = "8" },
            { "phase", pod => pod.Status.Phase = "Pending" },
            { "annotation", pod => pod.Metadata.Annotations = null },
            { "finalizer", pod => pod.Metadata.Finalizers = ["x"] },
            { "port of an init container", pod => pod.Spec.InitContainers[1].Ports = null },
            { "name of a container", pod => pod.Spec.Containers[0].Name = "other" },
            { "first address alone", pod => pod.Status.PodIP = null },
        };

    [Theory]
    [MemberData(nameof(WhatPoliciesSee))]
    public void From_WhatPoliciesSee_MakesADifference(string what, Action<V1Pod> change) => (After(change) != Read()).ShouldBeTrue(what);

    [Theory]
    [MemberData(nameof(WhatPoliciesDoNotSee))]
    public void From_AnythingElse_MakesNone(string what, Action<V1Pod> change)
    {
        (After(change) == Read()).ShouldBeTrue(what);
        After(change).GetHashCode().ShouldBe(Read().GetHashCode(), what);
    }

    [Fact]
    public void From_Pod_HasAllThatIsReadOfIt()
    {
        var pod = Read();

        (pod.Namespace, pod.Name, pod.NodeName).ShouldBe(("shop", "web-1", "node-1"));
        pod.Labels.ToString().ShouldBe("app=web,tier=front");
        pod.Addresses.Select(address => address.ToString()).ShouldBe(["10.0.0.1", "fd00::1"]);
        pod.NodeAddresses.Select(address => address.ToString()).ShouldBe(["192.0.2.1"]);
        pod.Ports.ShouldBe([new(null, "TCP", 9), new("http", "TCP", 80), new("dns", "UDP", 53), new("admin", "TCP", 15000)]);
        pod.Owner.ShouldBe(new OwnerFacts("ReplicaSet", "web-5d4"));
        pod.Created.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        (pod.IsSelectable, pod.HoldsAddresses, pod.IsTerminating).ShouldBe((true, true, false));
    }

    [Fact]
    public void From_FinishedPod_HoldsNoAddressThatItsStatusStillHas()
    {
        var pod = After(pod => pod.Status.Phase = "Succeeded");

        pod.Addresses.ShouldBeEmpty();
        (pod.HoldsAddresses, pod.IsSelectable).ShouldBe((false, false));
    }

    [Fact]
    public void From_PodOnItsNodesNetwork_HoldsAddressesAndIsNotSelectable()
    {
        var pod = After(pod => pod.Spec.HostNetwork = true);

        (pod.HoldsAddresses, pod.IsSelectable).ShouldBe((true, false));
    }

    [Fact]
    public void From_OldKubelet_TakesTheFirstAddress() =>
        After(pod => pod.Status.PodIPs = []).Addresses.ShouldBe([IpAddress.Parse("10.0.0.1")]);

    [Fact]
    public void From_AddressThatIsNone_LeavesItOut() =>
        After(pod => pod.Status.PodIPs[0].Ip = "10.0.0.01").Addresses.ShouldBe([IpAddress.Parse("fd00::1")]);

    [Fact]
    public void From_WithoutSpecAndStatus_HasNothing()
    {
        var pod = PodFacts.From(new V1Pod { Metadata = new() { Name = "a" } });

        (pod.Namespace, pod.NodeName, pod.Owner).ShouldBe(("", null, null));
        (pod.Labels.Count, pod.Addresses.Count, pod.Ports.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void PortsNamed_NameAndProtocol_BothCount()
    {
        var pod = Read();

        pod.PortsNamed("http", "TCP").ShouldBe([80]);
        pod.PortsNamed("http", "UDP").ShouldBeEmpty();
        pod.PortsNamed("admin", "TCP").ShouldBe([15000], "a sidecar serves");
        pod.PortsNamed("setup", "TCP").ShouldBeEmpty("an init container does not");
        pod.NamesPort("dns", "UDP", 53).ShouldBeTrue();
        pod.DeclaresPort("TCP", 9).ShouldBeTrue();
        pod.DeclaresPort("UDP", 9).ShouldBeFalse();
    }

    [Fact]
    public void From_TwoPodsOfAWorkload_ShareWhatTheyHaveInCommon()
    {
        var pool = new FactsPool();
        var (first, second) = (PodFacts.From(Pod(), pool), PodFacts.From(Pod(), pool));

        second.ShouldBe(first);
        second.Namespace.ShouldBeSameAs(first.Namespace);
        second.NodeName.ShouldBeSameAs(first.NodeName);
        second.Labels.ShouldBeSameAs(first.Labels);
        second.Ports.ShouldBeSameAs(first.Ports);
        second.NodeAddresses.ShouldBeSameAs(first.NodeAddresses);
        second.Owner.ShouldBeSameAs(first.Owner);
    }

    [Fact]
    public void Share_MoreThanTheCapacity_ForgetsAndGoesOn()
    {
        var pool = new FactsPool(capacity: 2);

        foreach (var text in (string[])["a", "b", "c", "a", "d", "e"])
        {
            pool.Share(text).ShouldBe(text);
        }
    }

    private static PodFacts Read() => PodFacts.From(Pod());

    private static PodFacts After(Action<V1Pod> change)
    {
        var pod = Pod();
        change(pod);
        return PodFacts.From(pod);
    }

    private static V1Pod Pod() => Yaml.Read<V1Pod>(Web);
}
