using System.Collections.Immutable;
using Palisade.Cli.Labs;
using Palisade.Lab;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Tests.Labs;

public sealed class OutsideHostsTests
{
    private static readonly string[] Special =
    [
        "0.0.0.0/0",
        "0.0.0.0/1",
        "0.0.0.0/8",
        "0.0.0.0/32",
        "10.0.0.0/8",
        "127.0.0.0/8",
        "127.0.0.1/32",
        "169.254.0.0/16",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::/0",
        "::/8",
        "::/128",
        "::1/128",
        "64:ff9b::/96",
        "2001:db8::/32",
        "fd00::/8",
        "fe80::/10",
        "fe80::1/128",
        "ff00::/8",
        "ff02::1/128",
    ];

    private static readonly Cidr[] NoHost =
    [
        .. ((string[])["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/128", "::1/128", "::ffff:0:0/96", "fe80::/10", "ff00::/8"]).Select(
            Block
        ),
    ];

    [Theory]
    [InlineData("10.50.0.0/16", "10.50.0.1")]
    [InlineData("172.20.1.9/32", "172.20.1.9")]
    [InlineData("10.244.2.0/23", "10.244.3.1")] // no pod is in it, but the pod range 10.244.2.0/24 is
    [InlineData("0.0.0.0/6", "1.0.0.1")]
    [InlineData("128.0.0.0/1", null)] // the usual address is in it
    [InlineData("10.244.1.0/24", null)] // the pod is in it
    [InlineData("169.254.0.0/16", "169.254.169.254")] // of all link-local ones the address that nodes route to
    [InlineData("::/8", "64:ff9b::1")]
    [InlineData("fd00:10:244::/48", null)]
    public void Addresses_Block_HasOneThatAHostCanHave(string block, string? expected)
    {
        var hosts = Choose([block]);

        string[] added = expected is null ? [] : [expected];
        hosts.Addresses.Select(address => address.ToString()).ShouldBe(["203.0.113.10", "2001:db8::10", .. added]);
        hosts.NotMeasured.ShouldBeEmpty();
    }

    [Fact]
    public void Addresses_BlockWithExceptions_EachIsShownByAnAddressOfItsOwn()
    {
        var hosts = Choose(["172.17.0.0/16", "172.17.0.0/24", "172.17.0.0/25"]);

        hosts.Addresses.Skip(2).Select(address => address.ToString()).ShouldBe(["172.17.1.1", "172.17.0.129", "172.17.0.1"]);
    }

    [Theory]
    [InlineData("fe80::/10")]
    [InlineData("127.0.0.0/8")]
    [InlineData("127.0.0.1/32")]
    [InlineData("0.0.0.0/32")]
    [InlineData("0.0.0.0/8")]
    [InlineData("::1/128")]
    [InlineData("ff00::/8")]
    [InlineData("::/128")]
    [InlineData("224.0.0.0/4")]
    [InlineData("240.0.0.0/4")]
    [InlineData("255.255.255.255/32")]
    [InlineData("169.254.1.1/32")]
    [InlineData("fe80::1/128")]
    public void NotMeasured_BlockThatNoHostCanBeIn_IsSaidOnce(string block)
    {
        var hosts = Choose([block, block]);

        hosts.Addresses.Count.ShouldBe(2);
        hosts.NotMeasured.ShouldBe([$"no host can have an address of {block}"]);
    }

    [Fact]
    public void NotMeasured_AddressOfAService_IsNoHost()
    {
        var service = new V1Service
        {
            Metadata = new() { Name = "db", NamespaceProperty = "app" },
            Spec = new() { ClusterIP = "10.96.7.7" },
        };

        var hosts = Choose(["10.96.7.7/32"], service);

        hosts.Addresses.Count.ShouldBe(2);
        hosts.NotMeasured.ShouldBe([
            "10.96.7.7/32 is the address of Service app/db; connections to it are judged by the pods behind the Service",
        ]);
    }

    [Fact]
    public void NotMeasured_AddressOfANodeAndTooManyBlocks_AreSaid()
    {
        var hosts = Choose(["192.168.50.1/32", .. Enumerable.Range(0, 9).Select(i => $"11.0.{i}.0/24")]);

        hosts.Addresses.Count.ShouldBe(2 + 6);
        hosts.NotMeasured.ShouldBe([
            "only nodes and pods of the cluster can have an address of 192.168.50.1/32",
            "3 more ipBlocks; the lab shows 6 of them by a host outside",
        ]);
    }

    [Theory]
    [InlineData("203.0.113.0/24", "198.51.100.10")]
    [InlineData("203.0.113.10/32", "198.51.100.10")]
    [InlineData("192.0.0.0/3", null)]
    public void Addresses_TheClusterHasTheUsualOne_AnotherIsTaken(string podRange, string? expected)
    {
        var cluster = Cluster([]);
        cluster = cluster with { Nodes = cluster.Nodes.SetItem(0, cluster.Nodes[0] with { PodRanges = [Cidr.Parse(podRange)] }) };

        var hosts = new OutsideHosts(cluster, [], LabTopology.From(cluster));

        string[] four = expected is null ? [] : [expected];
        hosts.Addresses.Select(address => address.ToString()).ShouldBe([.. four, "2001:db8::10"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Addresses_RandomBlocks_AreOfHostsAndEveryBlockIsShownOrSaid(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            string[] blocks = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomBlock(random)).Distinct()];
            var hosts = Choose(blocks);
            var context = string.Join(' ', blocks);

            hosts.Addresses.Distinct().Count().ShouldBe(hosts.Addresses.Count, context);
            hosts.Addresses.ShouldAllBe(address => !NoHost.Any(block => block.Contains(address)), context);
            hosts.Addresses.ShouldAllBe(address => !OwnRanges.Any(block => block.Contains(address)), context);
            foreach (var block in blocks.Select(Block))
            {
                var inner = CidrSet.From(blocks.Select(Block).Where(other => other != block && block.Contains(other)));
                var alone = CidrSet.From(block).Except(inner);
                var isShown = alone.IsEmpty || hosts.Addresses.Any(alone.Contains) || Pods.Any(alone.Contains);
                (isShown || hosts.NotMeasured.Any(text => text.Contains(block.ToString(), StringComparison.Ordinal))).ShouldBeTrue(
                    $"{block} of {context}"
                );
            }
        }
    }

    private static readonly Cidr[] OwnRanges =
    [
        .. ((string[])["10.244.1.0/24", "fd00:10:244:1::/64", "10.244.2.0/24", "192.168.50.1/32", "192.168.50.2/32"]).Select(Block),
    ];

    private static readonly IpAddress[] Pods = [IpAddress.Parse("10.244.1.2"), IpAddress.Parse("fd00:10:244:1::2")];

    // Lenient, as the range of IPv4-mapped addresses is no block that a policy can have.
    private static Cidr Block(string text) =>
        text.StartsWith("::ffff:0:0/", StringComparison.Ordinal)
            ? new Cidr(new IpAddress(IpFamily.IPv6, (UInt128)0xffff << 32), 96)
            : Cidr.Parse(text);

    private static string RandomBlock(Random random)
    {
        if (random.Next(2) == 0)
        {
            return Special[random.Next(Special.Length)];
        }
        var around = Block(Special[random.Next(Special.Length)]);
        var length = random.Next(around.PrefixLength, IpAddress.Bits(around.Family) + 1);
        var bits = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        var address = around.First | (bits & (around.Last - around.First));
        var block = new Cidr(new IpAddress(around.Family, address), length);
        // Another block's own words for IPv4 are refused in a policy.
        return NoHost[5].Overlaps(block) ? around.ToString() : block.ToString();
    }

    private static OutsideHosts Choose(string[] blocks, params V1Service[] services)
    {
        var cluster = Cluster(blocks);
        return new(cluster, services, LabTopology.From(cluster));
    }

    private static ClusterSnapshot Cluster(string[] blocks) =>
        new()
        {
            Nodes = [Node(1, "10.244.1.0/24", "fd00:10:244:1::/64"), Node(2, "10.244.2.0/24")],
            Pods =
            [
                new()
                {
                    Namespace = "default",
                    Name = "a",
                    NodeName = "node-1",
                    Addresses = [.. Pods],
                },
            ],
            Policies =
            [
                .. blocks
                    .Chunk(1)
                    .Select(one => new PolicyFacts
                    {
                        Namespace = "default",
                        Name = "blocks",
                        Spec = new()
                        {
                            Ingress =
                            [
                                new()
                                {
                                    FromProperty = [.. one.Select(cidr => new V1NetworkPolicyPeer { IpBlock = new() { Cidr = cidr } })],
                                },
                            ],
                        },
                    }),
            ],
        };

    private static NodeFacts Node(int number, params ImmutableArray<string> ranges) =>
        new()
        {
            Name = $"node-{number}",
            PodRanges = [.. ranges.Select(Cidr.Parse)],
            InternalAddresses = [IpAddress.Parse($"192.168.50.{number}")],
        };
}
