using System.Globalization;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>A small cluster that changes at random, by a seed: few names, labels and ports, so that policies and pods meet often.</summary>
public sealed class RandomCluster
{
    public const string Node = "node-a";
    private static readonly string[] NamespaceNames = ["red", "green", "blue"];
    private static readonly string[] Keys = ["app", "tier"];
    private static readonly string[] Values = ["a", "b", "c"];
    private static readonly string[] Blocks =
    [
        "10.244.1.0/24",
        "10.244.0.0/16",
        "0.0.0.0/0",
        "192.0.2.0/24",
        "10.244.2.3/32",
        "fd00:1::/64",
        "::/0",
        "2001:db8::/32",
    ];
    private static readonly string[] PortNames = ["http", "dns", "admin"];
    private readonly Random _random;
    private readonly Dictionary<string, NamespaceFacts> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PodFacts> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyFacts> _policies = new(StringComparer.Ordinal);
    private readonly bool _keepsPods;
    private int _serial;

    /// <param name="seed">Same seed, same clusters.</param>
    /// <param name="keepsPods">Whether the pods stay with their addresses, both families each, so that they can be had for real.</param>
    public RandomCluster(int seed, bool keepsPods = false)
    {
        _random = new Random(seed);
        _keepsPods = keepsPods;
        foreach (var name in NamespaceNames)
        {
            _namespaces[name] = NewNamespace(name);
        }

        for (var i = 0; i < 7; i++)
        {
            AddPod();
        }

        for (var i = 0; i < 4; i++)
        {
            PutPolicy();
        }
    }

    public ClusterSnapshot Snapshot() =>
        new()
        {
            Namespaces = [.. _namespaces.Values.OrderBy(_ => _random.Next())],
            Pods = [.. _pods.Values.OrderBy(_ => _random.Next())],
            Policies = [.. _policies.Values.OrderBy(_ => _random.Next())],
            Nodes = [NewNode(Node, 1), NewNode("node-b", 2)],
        };

    /// <summary>Changes one to four things.</summary>
    public void Change()
    {
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            ChangeOne();
        }
    }

    /// <summary>Connections that any rule could have a say in, between all addresses of before and after.</summary>
    public static IReadOnlyList<Packet> Packets(params ClusterSnapshot[] clusters)
    {
        var addresses = clusters
            .SelectMany(cluster => cluster.Pods)
            .SelectMany(pod => pod.Addresses)
            .Append(IpAddress.Parse("10.244.1.250"))
            .Append(IpAddress.Parse("192.0.2.9"))
            .Append(IpAddress.Parse("198.51.100.1"))
            .Append(IpAddress.Parse("fd00:1::fa"))
            .Append(IpAddress.Parse("2001:db8::1"))
            .Distinct()
            .ToArray();
        var packets = new List<Packet>();
        foreach (var (source, destination) in from s in addresses from d in addresses where s.Family == d.Family select (s, d))
        {
            packets.Add(new(source, destination, Packet.Tcp, 80));
            packets.Add(new(source, destination, Packet.Tcp, 8080));
            packets.Add(new(source, destination, Packet.Udp, 53));
            packets.Add(new(source, destination, Packet.Sctp, 80));
            packets.Add(new(source, destination, source.Family == IpFamily.IPv4 ? Packet.Icmp : Packet.IcmpV6, 0));
        }

        return packets;
    }

    private void ChangeOne()
    {
        switch (_keepsPods ? _random.Next(2, 10) : _random.Next(9))
        {
            case 0:
                AddPod();
                break;
            case 1 when _pods.Count > 3:
                _pods.Remove(Any(_pods.Keys));
                break;
            case 2 or 3:
                Relabel();
                break;
            case 4:
                var name = Any(_namespaces.Keys);
                _namespaces[name] = NewNamespace(name);
                break;
            case 5 when _policies.Count > 1:
                _policies.Remove(Any(_policies.Keys));
                break;
            case 6 when !_keepsPods:
                FinishAndReuse();
                break;
            default:
                PutPolicy();
                break;
        }
    }

    private void AddPod(string? addresses = null)
    {
        var number = ++_serial;
        var onNode = _random.Next(3) > 0;
        var (range, host) = (onNode ? 1 : 2, (number % 200) + 1);
        var four = $"10.244.{range}.{host}";
        var six = $"fd00:{range}::{host:x}";
        var ips = (_keepsPods ? 2 : _random.Next(4)) switch
        {
            0 => [four],
            1 => [six],
            _ => new[] { four, six },
        };
        ips = addresses?.Split(',') ?? ips;
        var pod = new V1Pod
        {
            Metadata = new()
            {
                Name = $"pod-{number}",
                NamespaceProperty = Any(NamespaceNames),
                Labels = NewLabels(),
                CreationTimestamp = DateTime.UnixEpoch.AddSeconds(number),
            },
            Spec = new()
            {
                NodeName =
                    ips[0].Contains("244.2", StringComparison.Ordinal) || ips[0].Contains(":2:", StringComparison.Ordinal)
                        ? "node-b"
                        : Node,
                Containers = [new() { Name = "c", Ports = NewPorts() }],
            },
            Status = new() { Phase = "Running", PodIPs = [.. ips.Select(ip => new V1PodIP { Ip = ip })] },
        };
        _pods[pod.Metadata.Name] = PodFacts.From(pod);
    }

    private void Relabel()
    {
        var old = _pods[Any(_pods.Keys)];
        _pods[old.Name] = old with { Labels = LabelSet.From(NewLabels()) };
    }

    /// <summary>A pod ends; another pod gets its address.</summary>
    private void FinishAndReuse()
    {
        var old = _pods[Any(_pods.Keys)];
        if (old.HasFinished)
        {
            return;
        }

        _pods[old.Name] = old with { HasFinished = true, Addresses = [] };
        AddPod(string.Join(',', old.Addresses));
    }

    private void PutPolicy()
    {
        var name = $"policy-{_random.Next(6)}";
        var spec = new V1NetworkPolicySpec
        {
            PodSelector = NewSelector(),
            PolicyTypes = _random.Next(4) switch
            {
                0 => null,
                1 => ["Ingress"],
                2 => ["Egress"],
                _ => ["Ingress", "Egress"],
            },
            Ingress = [.. Many(3, () => new V1NetworkPolicyIngressRule { FromProperty = NewPeers(), Ports = NewPolicyPorts() })],
            Egress = [.. Many(3, () => new V1NetworkPolicyEgressRule { To = NewPeers(), Ports = NewPolicyPorts() })],
        };
        _policies[name] = new PolicyFacts
        {
            Namespace = NamespaceNames[name[^1] % 3],
            Name = name,
            Spec = spec,
        };
    }

    private V1NetworkPolicyPeer[] NewPeers() => [.. Many(3, NewPeer)];

    private V1NetworkPolicyPeer NewPeer() =>
        _random.Next(4) switch
        {
            0 => new() { PodSelector = NewSelector() },
            1 => new() { NamespaceSelector = NewSelector() },
            2 => new() { NamespaceSelector = NewSelector(), PodSelector = NewSelector() },
            _ => new() { IpBlock = NewBlock() },
        };

    private V1IPBlock NewBlock()
    {
        var cidr = Any(Blocks);
        string[] inside = cidr switch
        {
            "10.244.1.0/24" => ["10.244.1.0/28", "10.244.1.2/32"],
            "10.244.0.0/16" => ["10.244.1.0/24", "10.244.2.0/25"],
            "0.0.0.0/0" => ["10.0.0.0/8", "192.0.2.0/24"],
            "::/0" => ["fd00:1::/64", "2001:db8::/32"],
            "fd00:1::/64" => ["fd00:1::/124"],
            _ => [],
        };
        return new() { Cidr = cidr, Except = [.. inside.Where(_ => _random.Next(2) == 0)] };
    }

    private V1NetworkPolicyPort[] NewPolicyPorts() => [.. Many(3, NewPolicyPort)];

    private V1NetworkPolicyPort NewPolicyPort()
    {
        var protocol = Any(["TCP", "TCP", "UDP", "SCTP", ""]);
        var port = new V1NetworkPolicyPort { Protocol = protocol.Length == 0 ? null : protocol };
        switch (_random.Next(5))
        {
            case 0:
                break;
            case 1:
                port.Port = Any(PortNames);
                break;
            case 2:
                (port.Port, port.EndPort) = (_random.Next(1, 100), _random.Next(100, 9000));
                break;
            default:
                port.Port = Any([80, 8080, 53]);
                break;
        }

        return port;
    }

    private V1LabelSelector NewSelector() =>
        _random.Next(5) switch
        {
            0 => new(),
            1 => new() { MatchExpressions = [NewExpression()] },
            2 => new() { MatchLabels = NewLabels(), MatchExpressions = [NewExpression()] },
            _ => new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { [Any(Keys)] = Any(Values) } },
        };

    private V1LabelSelectorRequirement NewExpression()
    {
        var operation = Any(["In", "NotIn", "Exists", "DoesNotExist"]);
        return new()
        {
            Key = Any(Keys),
            OperatorProperty = operation,
            Values = operation.EndsWith("In", StringComparison.Ordinal) ? [Any(Values), Any(Values)] : null,
        };
    }

    private List<V1ContainerPort> NewPorts() =>
        [
            .. Many(
                    2,
                    () =>
                        new V1ContainerPort
                        {
                            Name = Any(PortNames),
                            ContainerPort = Any([80, 8080, 53]),
                            Protocol = Any(["TCP", "UDP", "SCTP"]),
                        }
                )
                .DistinctBy(port => port.Name, StringComparer.Ordinal),
        ];

    private NamespaceFacts NewNamespace(string name) => new() { Name = name, Labels = LabelSet.From(NewLabels()) };

    private static NodeFacts NewNode(string name, int range)
    {
        ValueArray<IpAddress> addresses = [IpAddress.Parse($"192.168.50.{range}"), IpAddress.Parse($"fd00:192:168:50::{range}")];
        return new()
        {
            Name = name,
            Addresses = addresses,
            InternalAddresses = addresses,
            PodRanges = [Cidr.Parse(string.Create(CultureInfo.InvariantCulture, $"10.244.{range}.0/24")), Cidr.Parse($"fd00:{range}::/64")],
        };
    }

    private Dictionary<string, string> NewLabels() =>
        Keys.Where(_ => _random.Next(3) > 0).ToDictionary(key => key, _ => Any(Values), StringComparer.Ordinal);

    private T Any<T>(IEnumerable<T> items) => items.ElementAt(_random.Next(items.Count()));

    private IEnumerable<T> Many<T>(int most, Func<T> make) => Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make());
}
