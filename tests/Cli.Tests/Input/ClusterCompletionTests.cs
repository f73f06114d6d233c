using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Tests.Input;

public sealed class ClusterCompletionTests
{
    [Fact]
    public void Complete_PodsOnly_AddsNodesNamespacesAndAddresses()
    {
        var cluster = Complete(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: x}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}"
        );

        cluster.Nodes.Select(node => node.Name).ShouldBe(["node-1", "node-2"]);
        cluster.Nodes[1].PodRanges.ToString().ShouldBe("10.244.2.0/24, fd00:10:244:2::/64");
        cluster.Namespaces.Select(item => item.Name).ShouldBe(["x", "default", "kube-system"], ignoreOrder: true);
        cluster.Namespaces.ShouldAllBe(item => item.Labels["kubernetes.io/metadata.name"] == item.Name);
        cluster.Pods.Select(Describe).ShouldBe(["x/a node-1 10.244.1.2 fd00:10:244:1::2", "default/b node-2 10.244.2.2 fd00:10:244:2::2"]);
    }

    [Fact]
    public void Complete_GivenAddresses_AreKeptAndNotGivenOutAgain()
    {
        var cluster = Complete(
            """
            {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.9.0.0/29}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {nodeName: n1}, status: {podIP: 10.9.0.2}}
            """
        );

        cluster.Pods.Select(Describe).ShouldBe(["default/a n1 10.9.0.3", "default/b n1 10.9.0.2"]);
    }

    [Fact]
    public void Complete_Workloads_BecomePods()
    {
        var cluster = Complete(
            """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: x}, spec: {replicas: 2, template: {metadata: {labels: {app: d}}}}}
            ---
            {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: s, namespace: x}, spec: {template: {spec: {hostNetwork: true}}}}
            """
        );

        cluster
            .Pods.Select(Describe)
            .ShouldBe([
                "x/d-0 node-1 10.244.1.2 fd00:10:244:1::2",
                "x/d-1 node-2 10.244.2.2 fd00:10:244:2::2",
                "x/s-node-1 node-1 192.168.50.1 fd00:50::1",
                "x/s-node-2 node-2 192.168.50.2 fd00:50::2",
            ]);
        cluster.Pods[0].Labels["app"].ShouldBe("d");
    }

    [Fact]
    public void Complete_FinishedAndPendingPods_GetNoAddress()
    {
        var cluster = Complete(
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Succeeded}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, status: {phase: Pending}}"
        );

        cluster.Pods.ShouldAllBe(pod => pod.Addresses.Count == 0);
    }

    [Fact]
    public void Complete_NodeThatOnlyAPodNames_IsMadeUpWithTheAddressThatThePodReports()
    {
        var cluster = Complete(
            """
            {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.9.0.0/29}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeName: mars}, status: {hostIP: 192.168.50.1, podIP: 10.0.0.3}}
            """
        );

        cluster.Nodes.Select(node => node.Name).ShouldBe(["n1", "mars"]);
        cluster.Nodes[1].Addresses.ShouldBe([IpAddress.Parse("192.168.50.1")]);
        cluster.Nodes[0].Addresses.ShouldNotContain(IpAddress.Parse("192.168.50.1"));
        cluster.Pods.Select(Describe).ShouldBe(["default/a mars 10.0.0.3"]);
    }

    [Fact]
    public void Complete_NodeWithoutARangeBeforeOneWithTheFirst_GetsAnother()
    {
        var cluster = Complete(
            """
            {apiVersion: v1, kind: Node, metadata: {name: n1}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.244.1.0/24}}
            """
        );

        cluster.Nodes[0].PodRanges.ToString().ShouldBe("10.244.2.0/24, fd00:10:244:2::/64");
    }

    [Fact]
    public void Complete_FinishedPods_ShareAnAddressAndNeedNoNode()
    {
        var cluster = Complete(
            """
            {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeName: gone}, status: {phase: Failed, podIP: 10.0.0.3}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {nodeName: n1}, status: {phase: Running, podIP: 10.0.0.3}}
            """
        );

        cluster.Nodes.Select(node => node.Name).ShouldBe(["n1", "node-1"]);
    }

    [Theory]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIPs: [{ip: 10.0.0.300}]}}",
        "t.yaml:1:59: status.podIPs: \"10.0.0.300\" is not an IP address"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIPs: [{ip: 127.0.0.3}]}}",
        "t.yaml:1:59: status.podIPs: \"127.0.0.3\" is an address that no pod can have"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIP: 10.0.0.3}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, status: {podIPs: [{ip: 10.0.0.3}]}}",
        "t.yaml:3:59: status.podIPs: \"10.0.0.3\" is the address of pod default/a too; only a pod that has finished (status.phase) may share one"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 10.0.0.3}]}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, status: {podIPs: [{ip: 10.0.0.3}]}}",
        "t.yaml:3:59: status.podIPs: \"10.0.0.3\" is the address of node n1; set spec.hostNetwork: true if the pod uses its node's network, else give it another"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.0.0.0/30}}\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2}}",
        "t.yaml:3:1: no address is left for pod default/d-1 in pod range 10.0.0.0/30 of node n1; give the node a larger one"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: a}}",
        "t.yaml:3:46: metadata.name: there are two pods default/a"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDRs: [10.0.0.0/33]}}",
        "t.yaml:1:59: spec.podCIDRs: \"10.0.0.0/33\" prefix length must be at most 32, for example \"10.0.0.0/8\""
    )]
    [InlineData(
        "{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDRs: [10.0.0.0/24, 10.0.0.0/16]}}\n---\n{apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.0.0.0/28}}",
        "t.yaml:3:52: spec.podCIDRs: \"10.0.0.0/28\" overlaps a pod range of another node"
    )]
    [InlineData(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2000000000}}",
        "t.yaml:1:1: more than 500 pods; the lab makes a network namespace for each"
    )]
    public void Complete_WhatCannotBe_IsAnErrorWithItsPlace(string text, string expected)
    {
        ClusterCompletion.ForLab(ManifestReader.Parse("t.yaml", text)).Errors[0].ToString().ShouldBe(expected);
    }

    private static ClusterSnapshot Complete(string text)
    {
        var set = ManifestReader.Parse("t.yaml", text);
        set.Errors.ShouldBeEmpty();
        var (snapshot, errors) = ClusterCompletion.ForLab(set);
        errors.ShouldBeEmpty();
        return snapshot;
    }

    private static string Describe(PodFacts pod) => $"{pod} {pod.NodeName} {string.Join(' ', pod.Addresses)}";
}
