namespace Palisade.Policy.Tests.Validation;

/// <summary>Makes NetworkPolicies from parts that are mostly good; as many as asked for are bad.</summary>
internal sealed class PolicyGenerator(Random random, int faults)
{
    private static readonly string[] GoodCidrs = ["10.0.0.0/8", "0.0.0.0/0", "192.168.1.7/32", "2001:db8::/32", "::/0", "172.16.0.0/12"];

    private static readonly string[] OddCidrs =
    [
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "0x0a.0.0.0/8",
        "10.1.2.3/8",
        "::ffff:10.0.0.0/104",
        "fe80::1%eth0/64",
        "2001:db8::/129",
        "2001:db8::1/32",
        "256.0.0.0/8",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        " 10.0.0.0/8",
        "ten/8",
        "10.0.0.0/255.0.0.0",
        "1.2.3.4.5/8",
        "2001:db8:::/32",
        "1:2:3:4:5:6:7:8:9/64",
        "::1.2.3.4/128",
        "00001::/16",
        "10.0.0.0/",
        "/8",
        "::/00",
    ];

    private static readonly (string Cidr, string[] Except)[] Blocks =
    [
        ("10.0.0.0/8", ["10.1.0.0/16"]),
        ("10.0.0.0/8", ["11.0.0.0/16"]),
        ("10.0.0.0/8", ["10.0.0.0/8"]),
        ("10.0.0.0/8", ["10.0.0.0/9", "10.128.0.0/9"]),
        ("10.0.0.0/8", ["2001:db8::/32"]),
        ("2001:db8::/32", ["2001:db8:1::/48"]),
        ("10.0.0.0/8", ["0.0.0.0/0"]),
        ("10.0.0.0/8", ["10.0.0.0/4"]),
        ("10.0.0.0/8", ["10.1.0.0"]),
        ("10.0.0.0/8", [""]),
        ("0.0.0.0/0", ["10.0.0.0/8", "10.0.0.0/8"]),
        ("10.128.0.0/9", ["10.128.0.0/8"]),
        ("10.1.2.3/8", ["10.200.0.0/16"]),
        ("::/0", ["::ffff:10.0.0.0/104"]),
        ("10.0.0.0/8", ["::ffff:10.1.0.0/112"]),
        ("0.0.0.0/0", ["::/0"]),
    ];

    private static readonly (string Key, string Value)[] OddLabels =
    [
        ("a b", "c"),
        ("-a", "b"),
        ("a/b/c", "d"),
        ("Example.com/x", "y"),
        ("", "x"),
        ("a", "b c"),
        ("a", "-"),
        (new('a', 64), "b"),
        ("a", new('b', 64)),
        ("example.com/", "x"),
        ("/a", "x"),
        ("exam_ple.com/a", "x"),
        ("a..b/c", "x"),
    ];

    private static readonly (string? Operator, string[]? Values)[] OddExpressions =
    [
        ("In", []),
        ("NotIn", null),
        ("Exists", ["a"]),
        ("DoesNotExist", ["a"]),
        ("in", ["a"]),
        ("", null),
        ("Gt", ["1"]),
        ("In", ["a", "b c"]),
        ("NotIn", [""]),
    ];

    private static readonly IntOrString[] OddPorts =
    [
        0,
        -1,
        65536,
        IntOrStrings.FromText("80"),
        "",
        "Http",
        "-a",
        "a-",
        "a--b",
        "a-name-of-sixteen",
        "a_b",
        "8080a",
        "é",
    ];

    private int _faults = faults;

    public V1NetworkPolicySpec Spec()
    {
        var types = PolicyTypes();
        return new()
        {
            PodSelector = Selector(),
            PolicyTypes = types,
            Ingress =
                random.Next(3) == 0 ? null : [.. Many(2, () => new V1NetworkPolicyIngressRule { FromProperty = Peers(), Ports = Ports() })],
            Egress = random.Next(2) == 0 ? null : [.. Many(2, () => new V1NetworkPolicyEgressRule { To = Peers(), Ports = Ports() })],
        };
    }

    private List<string>? PolicyTypes()
    {
        if (Fault(20))
        {
            string[][] odd =
            [
                ["ingress"],
                ["Ingress", "Ingress"],
                ["Ingress", "Egress", "Ingress"],
                [""],
                ["Both"],
            ];
            return [.. Pick(odd)];
        }

        return random.Next(4) switch
        {
            0 => null,
            1 => [Directions.Ingress],
            2 => [Directions.Egress],
            _ => [Directions.Ingress, Directions.Egress],
        };
    }

    private List<V1NetworkPolicyPeer>? Peers() => random.Next(5) == 0 ? null : [.. Many(3, Peer)];

    private V1NetworkPolicyPeer Peer()
    {
        if (Fault(10))
        {
            return random.Next(3) switch
            {
                0 => new(),
                1 => new() { IpBlock = Block(), PodSelector = Selector() },
                _ => new() { IpBlock = Block(), NamespaceSelector = Selector() },
            };
        }

        return random.Next(4) switch
        {
            0 => new() { PodSelector = Selector() },
            1 => new() { NamespaceSelector = Selector() },
            2 => new() { NamespaceSelector = Selector(), PodSelector = Selector() },
            _ => new() { IpBlock = Block() },
        };
    }

    private V1IPBlock Block()
    {
        if (Fault(3))
        {
            var (cidr, except) = Pick(Blocks);
            return random.Next(2) == 0 ? new() { Cidr = Pick(OddCidrs) } : new() { Cidr = cidr, Except = [.. except] };
        }

        return new() { Cidr = Pick(GoodCidrs) };
    }

    private V1LabelSelector Selector()
    {
        var selector = new V1LabelSelector();
        if (random.Next(2) == 0)
        {
            var (key, value) = Fault(6) ? Pick(OddLabels) : ("app", "web");
            selector.MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { [key] = value };
        }

        if (random.Next(3) == 0)
        {
            var (operation, values) = Fault(6) ? Pick(OddExpressions) : ("In", ["a", "b"]);
            selector.MatchExpressions =
            [
                new()
                {
                    Key = Fault(10) ? Pick(OddLabels).Key : "tier",
                    OperatorProperty = operation!,
                    Values = values,
                },
            ];
        }

        return selector;
    }

    private List<V1NetworkPolicyPort>? Ports() => random.Next(3) == 0 ? null : [.. Many(3, Port)];

    private V1NetworkPolicyPort Port()
    {
        string?[] protocols = [null, "TCP", "UDP", "SCTP"];
        string[] odd = ["tcp", "ICMP", ""];
        IntOrString?[] ports = [null, 80, 65535, "http", "a-1"];
        var port = new V1NetworkPolicyPort
        {
            Protocol = Fault(10) ? Pick(odd) : Pick(protocols),
            Port = Fault(6) ? Pick(OddPorts) : Pick(ports),
        };
        if (port.Port is { IsText: false, Number: 80 } && random.Next(2) == 0)
        {
            port.EndPort = Fault(4) ? 79 : 90;
        }

        return port;
    }

    private IEnumerable<T> Many<T>(int most, Func<T> make) => Enumerable.Range(0, random.Next(most + 1)).Select(_ => make());

    private T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];

    /// <summary>Whether to go wrong here: as long as faults are left, one time in so many.</summary>
    private bool Fault(int oneIn)
    {
        if (_faults == 0 || random.Next(oneIn) != 0)
        {
            return false;
        }

        _faults--;
        return true;
    }
}
