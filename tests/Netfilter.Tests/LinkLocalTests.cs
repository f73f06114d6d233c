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
        var (web, db) = (await LinkAddress.OfAsync(lab.Pods["shop/web"].Network), await LinkAddress.OfAsync(lab.Pods["shop/db"].Network));
        using var open = (await ConnectAsync(lab.Pods["shop/web"], web, db, server, TimeSpan.FromSeconds(10))).ShouldNotBeNull();
        using var accepted = await server.AcceptAsync(Shell.Cancelled);

        await node.RunAsync(() => applier.ApplyAsync(PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default), Shell.Cancelled));

        (await ConnectAsync(lab.Pods["shop/web"], web, db, server, TimeSpan.FromSeconds(2))).ShouldBeNull();
        open.Send([1]);
        accepted.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead).ShouldBeFalse("what was open before is judged too");
    }

    private static Socket Serve(LabHost pod)
    {
        var server = pod.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server.Listen();
        return server;
    }

    /// <summary>Null when there was no answer.</summary>
    private static async Task<Socket?> ConnectAsync(LabHost from, IPAddress own, IPAddress other, Socket server, TimeSpan patience)
    {
        var client = from.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Shell.Cancelled);
        limit.CancelAfter(patience);
        try
        {
            var port = ((IPEndPoint)server.LocalEndPoint!).Port;
            await client.ConnectAsync(new IPEndPoint(new IPAddress(other.GetAddressBytes(), own.ScopeId), port), limit.Token);
            return client;
        }
        catch (OperationCanceledException) when (!Shell.Cancelled.IsCancellationRequested)
        {
            client.Dispose();
            return null;
        }
    }
}
