using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Testing;

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
        var (web, db) = (await LinkLocalAsync(lab.Pods["shop/web"]), await LinkLocalAsync(lab.Pods["shop/db"]));
        (await ConnectsAsync(lab.Pods["shop/web"], web, db, server, TimeSpan.FromSeconds(10))).ShouldBeTrue();

        await node.RunAsync(() => applier.ApplyAsync(PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default), Shell.Cancelled));

        (await ConnectsAsync(lab.Pods["shop/web"], web, db, server, TimeSpan.FromSeconds(2))).ShouldBeFalse();
    }

    private static Socket Serve(LabHost pod)
    {
        var server = pod.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server.Listen();
        return server;
    }

    private static async Task<bool> ConnectsAsync(LabHost from, IPAddress own, IPAddress other, Socket server, TimeSpan patience)
    {
        using var client = from.Network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Shell.Cancelled);
        limit.CancelAfter(patience);
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

    /// <summary>
    /// The link-local address of the pod's interface, with the number of that interface, as soon as the kernel knows that nobody else has it: before
    /// that it cannot be used.
    /// </summary>
    private static async Task<IPAddress> LinkLocalAsync(LabHost pod)
    {
        const int tentative = 0x40; // linux/if_addr.h
        IPAddress? found = null;
        await Eventually.TrueAsync(
            () =>
            {
                var fields = pod
                    .Network.Run(() => File.ReadAllLines("/proc/thread-self/net/if_inet6"))
                    .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .SingleOrDefault(fields => fields[0].StartsWith("fe80", StringComparison.Ordinal) && fields[^1] == "eth0");
                if (fields is not null && (Convert.ToInt32(fields[4], 16) & tentative) == 0)
                {
                    found = new IPAddress(Convert.FromHexString(fields[0]), Convert.ToInt64(fields[1], 16));
                }
                return found is not null;
            },
            Shell.Cancelled,
            "the pod's link-local address can be used"
        );
        return found!;
    }
}
