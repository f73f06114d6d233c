using Palisade.Cli.Input;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;

namespace Palisade.Cli.Tests.Input;

public sealed class ClusterCompletionTests
{
    [Fact]
    public void Complete_PodsOnly_AddsNodesNamespacesAndAddresses()
    {
        var cluster = Complete(
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: x}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}"
        );

        cluster.Nodes.Select(node => node.Metadata.Name).ShouldBe(["node-1", "node-2"]);
        cluster.Nodes[1].Spec!.PodCIDRs.ShouldBe(["10.244.2.0/24", "fd00:10:244:2::/64"]);
        cluster.Namespaces.Select(item => item.Metadata.Name).ShouldBe(["x", "default", "kube-system"], ignoreOrder: true);
        cluster.Namespaces.ShouldAllBe(item => item.Metadata.Labels!["kubernetes.io/metadata.name"] == item.Metadata.Name);
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
        cluster.Pods[0].Metadata.Labels!["app"].ShouldBe("d");
    }

    [Fact]
    public void Complete_FinishedAndPendingPods_GetNoAddress()
    {
        var cluster = Complete(
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Succeeded}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}, status: {phase: Pending}}"
        );

        cluster.Pods.ShouldAllBe(pod => pod.Status!.PodIPs == null);
    }

    [Theory]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeName: mars}}",
        "t.yaml:1:67: spec.nodeName: there is no node mars"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIPs: [{ip: 10.0.0.300}]}}",
        "t.yaml:1:59: status.podIPs: \"10.0.0.300\" is not an IP address"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIPs: [{ip: 10.0.0.3}]}}",
        "t.yaml:1:59: status.podIPs: \"10.0.0.3\" is in no pod range of node-1"
    )]
    [InlineData(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIPs: [{ip: 10.244.1.1}]}}",
        "t.yaml:1:59: status.podIPs: \"10.244.1.1\" is taken already"
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

    private static string Describe(V1Pod pod) =>
        $"{pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} {pod.Spec!.NodeName} {string.Join(' ', (pod.Status!.PodIPs ?? []).Select(address => address.Ip))}";
}
