using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>What a pod may try to get at another pod of its bridge that a policy isolates: only what the policy allows arrives, in whatever shape.</summary>
[Collection(KernelTests.Name)]
public sealed class EvasionTests
{
    private const int Allowed = 5300;
    private const int Denied = 5301;

    // linux/in.h, linux/in6.h
    private const int LevelIPv4 = 0;
    private const int LevelIPv6 = 41;
    private const int TransparentIPv4 = 19;
    private const int TransparentIPv6 = 75;
    private const int HopOptions = 54;
    private const int DestinationOptions = 59;

    /// <summary>Six bytes of padding: an extension header that means nothing.</summary>
    private static readonly byte[] Padding = [0, 0, 1, 4, 0, 0, 0, 0];

    private static readonly string[] Db = ["10.244.1.11", "fd00:10:244:1::11"];
    private static readonly string[] Web = ["10.244.1.12", "fd00:10:244:1::12"];

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_PodTriesToGoAround_OnlyWhatThePolicyAllowsArrives(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync(backend);
        using var mail = new Mail(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network);
        var arrived = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        for (var family = 0; family < Db.Length; family++)
        {
            var (own, db) = (IPAddress.Parse(Web[family]), IPAddress.Parse(Db[family]));
            foreach (var port in (int[])[Allowed, Denied])
            {
                var to = new IPEndPoint(db, port);
                arrived[$"to {to}"] = mail.Arrives(own, to);
                arrived[$"to {to}, in fragments"] = mail.Arrives(own, to, length: 5000);
            }
            arrived[$"to {db}, another protocol"] = mail.Arrives(
                own,
                new IPEndPoint(db, 0),
                length: 8,
                protocol: family == 0 ? ProtocolType.Igmp : ProtocolType.IcmpV6
            );
        }
        foreach (var port in (int[])[Allowed, Denied])
        {
            var to = new IPEndPoint(IPAddress.Parse(Db[1]), port);
            arrived[$"to {to}, behind hop options"] = mail.Arrives(IPAddress.Parse(Web[1]), to, option: HopOptions);
            arrived[$"to {to}, behind destination options"] = mail.Arrives(IPAddress.Parse(Web[1]), to, option: DestinationOptions);
        }

        arrived
            .Where(item => item.Value)
            .Select(item => item.Key)
            .ShouldAllBe(what => what.Contains($":{Allowed}", StringComparison.Ordinal));
        arrived
            .Where(item => !item.Value)
            .Select(item => item.Key)
            .ShouldAllBe(what => !what.Contains($":{Allowed}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_PodTakesAnotherSource_IsNotTakenForWhatThePolicyAllows(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync(backend);
        using var mail = new Mail(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network);

        foreach (
            var (source, to) in ((string, string)[])
                [
                    ("10.244.1.1", Db[0]), // the node's own, on the bridge
                    ("192.168.50.1", Db[0]), // the node's own, outside
                    ("10.244.1.77", Db[0]), // nobody's, of the node's pod range
                    ("192.0.2.7", Db[0]), // nobody's
                    (Db[0], Db[0]), // its own: passes as the pod's connection to itself would, and the pod's kernel takes it for forged
                    ("fd00:10:244:1::1", Db[1]),
                    ("fd00:10:244:1::77", Db[1]),
                    ("2001:db8::7", Db[1]),
                ]
        )
        {
            var end = new IPEndPoint(IPAddress.Parse(to), Allowed);
            mail.Arrives(IPAddress.Parse(source), end, isForged: true).ShouldBeFalse($"from {source}");
        }
        mail.Arrives(IPAddress.Parse(Web[0]), new IPEndPoint(IPAddress.Parse(Db[0]), Allowed), isForged: true).ShouldBeTrue();
        mail.Arrives(IPAddress.Parse(Web[1]), new IPEndPoint(IPAddress.Parse(Db[1]), Allowed), isForged: true).ShouldBeTrue();
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_PodSendsToAllOfItsBridge_IsolatedPodsHearNothing(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync(backend);
        using var mail = new Mail(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network);
        var scope = (await LinkAddress.OfAsync(lab.Pods["shop/web"].Network)).ScopeId;

        foreach (var to in (string[])["255.255.255.255", "10.244.1.255", "224.0.0.1"])
        {
            mail.Arrives(IPAddress.Parse(Web[0]), new IPEndPoint(IPAddress.Parse(to), Denied)).ShouldBeFalse($"to {to}");
        }
        var allNodes = new IPEndPoint(new IPAddress(IPAddress.Parse("ff02::1").GetAddressBytes(), scope), Denied);
        mail.Arrives(IPAddress.Parse(Web[1]), allNodes).ShouldBeFalse();
        mail.Arrives(IPAddress.IPv6Any, allNodes).ShouldBeFalse();
        mail.Arrives(IPAddress.Parse(Web[0]), new IPEndPoint(IPAddress.Parse(Db[0]), Allowed)).ShouldBeTrue();
    }

    private static async Task<NetworkLab> CreateLabAsync(NetfilterBackend backend)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-1", string.Join(',', Db), "app=db")
            .Pod("shop/web", "node-1", string.Join(',', Web), "app=web")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress =
                    [
                        new()
                        {
                            FromProperty = [new() { PodSelector = Select("app=web") }],
                            Ports = [new() { Protocol = "UDP", Port = Allowed }],
                        },
                    ];
                }
            )
            .Build();
        var lab = await NetworkLab.CreateAsync(
            LabTopology.From(cluster with { Nodes = [] }) with
            {
                Nodes = LabTopology.MakeNodes(1),
            },
            Shell.Cancelled
        );
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });
        var node = lab.Nodes["node-1"].Network;
        cluster = cluster with
        {
            Nodes = [new() { Name = "node-1", PodRanges = [Cidr.Parse("10.244.1.0/24"), Cidr.Parse("fd00:10:244:1::/64")] }],
        };
        await node.RunAsync(() =>
            applier.ApplyAsync(NodeNetwork.Adapt(PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default)), Shell.Cancelled)
        );
        return lab;
    }

    /// <summary>Datagrams from one pod to another. Each attempt has a number of its own, by which the receiver knows it.</summary>
    private sealed class Mail(NetworkNamespace from, NetworkNamespace to) : IDisposable
    {
        private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
        private readonly List<Socket> _open = [];
        private readonly Dictionary<(AddressFamily, int), Socket> _servers = [];
        private byte _number;

        public bool Arrives(
            IPAddress source,
            IPEndPoint target,
            int length = 1,
            ProtocolType protocol = ProtocolType.Udp,
            int option = 0,
            bool isForged = false
        )
        {
            var client = Open(from, source.AddressFamily, protocol);
            var server = Server(source.AddressFamily, protocol, target.Port);
            client.EnableBroadcast = source.AddressFamily == AddressFamily.InterNetwork;
            if (isForged)
            {
                var (level, name) =
                    source.AddressFamily == AddressFamily.InterNetwork ? (LevelIPv4, TransparentIPv4) : (LevelIPv6, TransparentIPv6);
                client.SetRawSocketOption(level, name, BitConverter.GetBytes(1));
            }
            if (option != 0)
            {
                client.SetRawSocketOption(LevelIPv6, option, Padding);
            }
            client.Bind(new IPEndPoint(source, 0));
            var text = new byte[length];
            text[^1] = ++_number;
            // The first may wait for the other's hardware address, and be given up for that.
            for (var tries = 0; tries < 8; tries++)
            {
                client.SendTo(text, target);
                if (Hears(server))
                {
                    return true;
                }
            }
            return false;
        }

        public void Dispose() => _open.ForEach(socket => socket.Dispose());

        private bool Hears(Socket server)
        {
            var received = new byte[8192];
            while (server.Poll(Moment, SelectMode.SelectRead))
            {
                if (received[server.Receive(received) - 1] == _number)
                {
                    return true;
                }
            }
            return false;
        }

        private Socket Server(AddressFamily family, ProtocolType protocol, int port)
        {
            if (!_servers.TryGetValue((family, port), out var server))
            {
                server = Open(to, family, protocol);
                server.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
                _servers.Add((family, port), server);
            }
            return server;
        }

        private Socket Open(NetworkNamespace network, AddressFamily family, ProtocolType protocol)
        {
            var type = protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Raw;
            var socket = network.CreateSocket(family, type, protocol);
            _open.Add(socket);
            return socket;
        }
    }
}
