namespace Palisade.Webhook.Tests.Cluster;

/// <summary>Makes NetworkPolicies as people write them: most parts are sound, and some are not.</summary>
internal sealed class NetworkPolicyGenerator(int seed)
{
    private static readonly string[] SoundCidrs =
    [
        "10.0.0.0/8",
        "192.168.0.0/16",
        "0.0.0.0/0",
        "172.16.0.0/12",
        "2001:db8::/32",
        "::/0",
        "10.1.2.3/32",
    ];

    private static readonly string[] FaultyCidrs =
    [
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10/8",
        "10.0.0/24",
        "256.0.0.0/8",
        "010.0.0.0/8",
        "0x0a.0.0.0/8",
        "10.0.0.1/8",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/ 8",
        " 10.0.0.0/8",
        "10.0.0.0/8 ",
        "10.0.0.0/8/8",
        "2001:db8::1/32",
        "2001:db8::/129",
        "2001:db8:::/32",
        "::ffff:10.0.0.0/104",
        "fe80::1%eth0/64",
        "office",
        "1.2.3.4.5/8",
        "10.0.0.0\\8",
    ];

    private static readonly string[] SoundExcepts = ["10.1.0.0/16", "10.2.0.0/16", "192.168.1.0/24", "2001:db8:1::/48", "172.16.0.0/13"];
    private static readonly IntOrString[] SoundPorts = [80, 443, 1, 65535, "http", "dns-tcp", "a"];
    private static readonly IntOrString[] FaultyPorts =
    [
        0,
        -1,
        65536,
        "",
        IntOrStrings.FromText("80"),
        "HTTP",
        "a_b",
        "-a",
        "a-",
        "a--b",
        "a-name-that-is-too-long",
        "é",
    ];
    private static readonly string?[] Protocols = ["TCP", "UDP", "SCTP", null, "tcp", "ICMP", ""];
    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist", "in", "Equals", ""];
    private static readonly string[] SoundKeys = ["app", "app.kubernetes.io/name", "a-b_c.d", "1"];
    private static readonly string[] FaultyKeys = ["", "a b", "-a", "a/", "/a", "a/b/c", "Example.com/a", "a..b/c", new('k', 64)];
    private static readonly string[] SoundValues = ["web", "", "a-b_c.d", "1"];
    private static readonly string[] FaultyValues = ["a b", "-a", "a-", "é", new('v', 64)];

    private readonly Random _random = new(seed);
    private int _faults = seed % 3;

    public V1NetworkPolicy Next() =>
        new()
        {
            Metadata = new() { Name = "oracle", NamespaceProperty = "shop" },
            Spec = new()
            {
                PodSelector = Selector(),
                PolicyTypes = One<string[]?>(
                    null,
                    ["Ingress"],
                    ["Egress"],
                    ["Ingress", "Egress"],
                    Rarely<string[]>(["ingress"], ["Ingress", "Ingress"])
                ),
                Ingress = Maybe(() =>
                    List(() => new V1NetworkPolicyIngressRule { FromProperty = Maybe(() => List(Peer)), Ports = Maybe(() => List(Port)) })
                ),
                Egress = Maybe(() =>
                    List(() => new V1NetworkPolicyEgressRule { To = Maybe(() => List(Peer)), Ports = Maybe(() => List(Port)) })
                ),
            },
        };

    private V1NetworkPolicyPeer Peer()
    {
        if (Fault())
        {
            return One(new V1NetworkPolicyPeer(), new V1NetworkPolicyPeer { IpBlock = Block(), PodSelector = Selector() });
        }

        return _random.Next(4) switch
        {
            0 => new() { PodSelector = Selector() },
            1 => new() { NamespaceSelector = Selector(), PodSelector = Maybe(Selector) },
            _ => new() { IpBlock = Block() },
        };
    }

    private V1IPBlock Block() =>
        new()
        {
            Cidr = Rarely(One(FaultyCidrs), One(SoundCidrs)),
            Except = Maybe(() => List(() => Rarely(One(FaultyCidrs), One(SoundExcepts)))),
        };

    private V1NetworkPolicyPort Port() =>
        new()
        {
            Protocol = One(Fault() ? Protocols : Protocols[..4]),
            Port = _random.Next(5) == 0 ? default(IntOrString?) : Rarely(One(FaultyPorts), One(SoundPorts)),
        };

    private V1LabelSelector Selector() =>
        new()
        {
            MatchLabels = Maybe(() => new Dictionary<string, string>(StringComparer.Ordinal) { [Key()] = Value() }),
            MatchExpressions = Maybe(() => List(Requirement)),
        };

    private V1LabelSelectorRequirement Requirement()
    {
        var operation = One(Fault() ? Operators : Operators[..4]);
        var takesValues = Fault() ? _random.Next(2) == 0 : operation is "In" or "NotIn";
        return new()
        {
            Key = Key(),
            OperatorProperty = operation,
            Values = takesValues ? [Value(), Value()] : null,
        };
    }

    private string Key() => Rarely(One(FaultyKeys), One(SoundKeys));

    private string Value() => Rarely(One(FaultyValues), One(SoundValues));

    /// <summary>Spends one of this policy's faults, now and then.</summary>
    private bool Fault()
    {
        if (_faults == 0 || _random.Next(4) != 0)
        {
            return false;
        }

        _faults--;
        return true;
    }

    private T Rarely<T>(T invalid, T sound) => Fault() ? invalid : sound;

    private T One<T>(params T[] values) => values[_random.Next(values.Length)];

    private T? Maybe<T>(Func<T> make)
        where T : class => _random.Next(3) == 0 ? null : make();

    private List<T> List<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(3)).Select(_ => make())];
}
