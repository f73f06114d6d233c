using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;

namespace Palisade.Netfilter.Tests;

/// <summary>
/// Pods of one bridge could reach each other by the link-local addresses that the kernel gives every interface, also where the cluster has
/// no IPv6. No policy knows these addresses.
/// </summary>
[Collection(KernelTests.Name)]
public sealed class LinkLocalTests
{
    [Theory]
    [InlineData(NetfilterBackend.Legacy, "Ingress")]
    [InlineData(NetfilterBackend.Nft, "Ingress")]
    [InlineData(NetfilterBackend.Nft, "Egress")]
    public async Task ApplyAsync_PodIsIsolated_IsNotReachedByItsLinkLocalAddressEither(NetfilterBackend backend, string policyType)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-1", "10.244.1.11")
            .Pod("shop/web", "node-1", "10.244.1.12")
            .Policy("shop/deny", spec => spec.PolicyTypes = [policyType])
            .Build();
        await using var lab = await NetworkLab.CreateAsync(
            LabTopology.From(cluster with { Nodes = [] }) with
            {
                Nodes = LabTopology.MakeNodes(1),
            },
            Shell.Cancelled
        );
        var node = lab.Nodes["node-1"].Network;
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });
        using var server = Serve(lab.Pods["shop/db"]);
        (await ConnectsAsync(lab.Pods["shop/web"], lab.Pods["shop/db"], server)).ShouldBeTrue();

        await node.RunAsync(() => applier.ApplyAsync(PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default), Shell.Cancelled));

        (await ConnectsAsync(lab.Pods["shop/web"], lab.Pods["shop/db"], server)).ShouldBeFalse();
    }

    private static Socket Serve(LabHost pod)
    {
        var server = pod.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server.Listen();
        return server;
    }

    private static async Task<bool> ConnectsAsync(LabHost from, LabHost to, Socket server)
    {
        var (own, other) = (LinkLocal(from), LinkLocal(to));
        using var client = from.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Shell.Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            var port = ((IPEndPoint)server.LocalEndPoint!).Port;
            await client.ConnectAsync(new IPEndPoint(new IPAddress(other.GetAddressBytes(), own.ScopeId), port), limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!Shell.Cancelled.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The link-local address of the pod's interface, with the number of that interface.</summary>
    private static IPAddress LinkLocal(LabHost pod)
    {
        var fields = pod
            .Network.Run(() => File.ReadAllLines("/proc/thread-self/net/if_inet6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(fields => fields[0].StartsWith("fe80", StringComparison.Ordinal) && fields[^1] == "eth0");
        return new IPAddress(Convert.FromHexString(fields[0]), Convert.ToInt64(fields[1], 16));
    }
}
