using Palisade.Agent.Cluster;

namespace Palisade.Agent.Tests.Cluster;

public sealed class RelevantChangeTests
{
    public static TheoryData<string, Action<V1Pod>> RelevantToPods =>
        new()
        {
            { "label", pod => pod.Metadata.Labels!["app"] = "db" },
            { "label removed", pod => pod.Metadata.Labels = null },
            { "uid", pod => pod.Metadata.Uid = "other" },
            { "node", pod => pod.Spec!.NodeName = "node-2" },
            { "host network", pod => pod.Spec!.HostNetwork = true },
            { "finished", pod => pod.Status!.Phase = "Succeeded" },
            { "failed", pod => pod.Status!.Phase = "Failed" },
            { "second address", pod => pod.Status!.PodIPs!.Add(new V1PodIP { Ip = "fd00::1" }) },
            { "address gone", pod => pod.Status!.PodIPs = null },
            { "port number", pod => pod.Spec!.Containers![0].Ports![0].ContainerPort = 81 },
            { "port name", pod => pod.Spec!.Containers![0].Ports![0].Name = "web" },
            { "port protocol", pod => pod.Spec!.Containers![0].Ports![0].Protocol = "UDP" },
        };

    public static TheoryData<string, Action<V1Pod>> IrrelevantToPods =>
        new()
        {
            { "nothing", _ => { } },
            { "version", pod => pod.Metadata.ResourceVersion = "2" },
            { "phase", pod => pod.Status!.Phase = "Pending" },
            { "unnamed port", pod => pod.Spec!.Containers![0].Ports!.Add(new V1ContainerPort { ContainerPort = 1 }) },
            { "terminating", pod => pod.Metadata.DeletionTimestamp = DateTime.UnixEpoch },
            { "annotation", pod => pod.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" } },
        };

    [Theory]
    [MemberData(nameof(RelevantToPods))]
    public void OfPod_WhatRulesDependOn_IsTrue(string what, Action<V1Pod> change) => Changed(change).ShouldBeTrue(what);

    [Theory]
    [MemberData(nameof(IrrelevantToPods))]
    public void OfPod_AnythingElse_IsFalse(string what, Action<V1Pod> change) => Changed(change).ShouldBeFalse(what);

    [Fact]
    public void OfPod_WithoutSpecAndStatus_IsFalse() => RelevantChange.OfPod(new V1Pod(), new V1Pod()).ShouldBeFalse();

    [Fact]
    public void OfNode_Heartbeat_IsFalse()
    {
        var before = Node();
        var after = Node();
        after.Metadata.ResourceVersion = "2";

        RelevantChange.OfNode(before, after).ShouldBeFalse();
    }

    [Fact]
    public void OfNode_PodRangeGiven_IsTrue()
    {
        var after = Node();
        after.Spec!.PodCIDRs = ["10.244.1.0/24", "fd00::/64"];

        RelevantChange.OfNode(Node(), after).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1, 2, true)]
    [InlineData(null, null, true)]
    public void OfSpec_Generation_Tells(int? before, int? after, bool expected) =>
        RelevantChange.OfSpec(Policy(before), Policy(after)).ShouldBe(expected);

    [Fact]
    public void OfNamespace_LabelsAlone_Tell()
    {
        var labelled = new V1Namespace
        {
            Metadata = new() { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["team"] = "a" } },
        };

        RelevantChange.OfNamespace(new V1Namespace(), labelled).ShouldBeTrue();
        RelevantChange.OfNamespace(labelled, labelled).ShouldBeFalse();
        RelevantChange
            .OfNamespace(
                new V1Namespace(),
                new V1Namespace { Metadata = new() { Labels = new Dictionary<string, string>(StringComparer.Ordinal) } }
            )
            .ShouldBeFalse();
    }

    private static bool Changed(Action<V1Pod> change)
    {
        var after = Pod();
        change(after);
        return RelevantChange.OfPod(Pod(), after);
    }

    private static V1NetworkPolicy Policy(long? generation) => new() { Metadata = new() { Generation = generation } };

    private static V1Node Node() =>
        new()
        {
            Spec = new() { PodCIDR = "10.244.1.0/24", PodCIDRs = ["10.244.1.0/24"] },
            Status = new() { Addresses = [new V1NodeAddress { Type = "InternalIP", Address = "192.0.2.1" }] },
        };

    private static V1Pod Pod() =>
        new()
        {
            Metadata = new()
            {
                Uid = "1",
                ResourceVersion = "1",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web" },
            },
            Spec = new()
            {
                NodeName = "node-1",
                Containers =
                [
                    new V1Container
                    {
                        Name = "c",
                        Ports =
                        [
                            new V1ContainerPort
                            {
                                Name = "http",
                                ContainerPort = 80,
                                Protocol = "TCP",
                            },
                        ],
                    },
                ],
            },
            Status = new()
            {
                Phase = "Running",
                PodIP = "10.0.0.1",
                PodIPs = [new V1PodIP { Ip = "10.0.0.1" }],
            },
        };
}
