using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Evaluation;

/// <summary>Whether one peer of a rule means the other end of a connection. What cannot be understood means nobody.</summary>
internal sealed class PeerMatcher
{
    private static readonly JsonTypeInfo<V1LabelSelector> Labels = ModelsJson.Contract<V1LabelSelector>();
    private readonly V1NetworkPolicyPeer _peer;
    private readonly string _policyNamespace;
    private readonly CidrSet? _block;

    public PeerMatcher(V1NetworkPolicyPeer peer, string policyNamespace)
    {
        _peer = peer;
        _policyNamespace = policyNamespace;
        _block = peer.IpBlock is { } block ? AddressesOf(block) : null;
    }

    /// <summary>Whether the peer is a block of addresses.</summary>
    public bool IsBlock => _block is not null;

    /// <summary>The addresses that the peer means as such, whosever they are; none for selectors.</summary>
    public CidrSet Addresses => IsSelector || _block is null ? CidrSet.Empty : _block;

    /// <summary>The blocks that the peer names, the excepted ones too; those that cannot be read are left out.</summary>
    public IEnumerable<Cidr> NamedBlocks =>
        (_peer.IpBlock?.Except ?? [])
            .Prepend(_peer.IpBlock?.Cidr)
            .Select(text => Cidr.TryParseLenient(text, out var block) ? block : (Cidr?)null)
            .OfType<Cidr>();

    /// <summary>Whether the peer selects pods.</summary>
    public bool IsSelector => _peer.PodSelector is not null || _peer.NamespaceSelector is not null;

    /// <summary>A text that only peers which select the same pods have.</summary>
    public string SelectorKey
    {
        get
        {
            var scope = _peer.NamespaceSelector is null ? _policyNamespace : JsonSerializer.Serialize(_peer.NamespaceSelector, Labels);
            return $"{scope} {(_peer.PodSelector is null ? "" : JsonSerializer.Serialize(_peer.PodSelector, Labels))}";
        }
    }

    public bool Matches(PeerView other)
    {
        if (_block is not null)
        {
            return !IsSelector && other.IsIn(_block);
        }

        return IsSelector && other.Pod is not null && MatchesNamespace(other) && MatchesPod(other.Pod);
    }

    /// <summary>A pod of a namespace that is not known matches no selector of namespaces, not even the empty one.</summary>
    private bool MatchesNamespace(PeerView other) =>
        _peer.NamespaceSelector is null
            ? other.Pod!.Namespace == _policyNamespace
            : other.NamespaceLabels is not null && LabelSelectorMatcher.Matches(_peer.NamespaceSelector, other.NamespaceLabels);

    private bool MatchesPod(PodFacts pod) => _peer.PodSelector is null || LabelSelectorMatcher.Matches(_peer.PodSelector, pod.Labels);

    private static CidrSet AddressesOf(V1IPBlock block)
    {
        var except = new List<Cidr>();
        foreach (var text in block.Except ?? [])
        {
            if (!Cidr.TryParseLenient(text, out var excepted))
            {
                return CidrSet.Empty;
            }

            except.Add(excepted);
        }

        return Cidr.TryParseLenient(block.Cidr, out var cidr) ? CidrSet.From(cidr).Except(CidrSet.From(except)) : CidrSet.Empty;
    }
}

/// <summary>The other end of a connection, as a rule sees it.</summary>
/// <param name="Address">Address that the packet has.</param>
/// <param name="Pod">The pod, when policies can select it; null for hosts, pods in their node's network and the outside.</param>
/// <param name="NamespaceLabels">Labels of the pod's namespace; null when the namespace is not known.</param>
internal sealed record PeerView(IpAddress Address, PodFacts? Pod, LabelSet? NamespaceLabels)
{
    /// <summary>The addresses that may be meant where <see cref="Address"/> stands in for one that is not known; null when it is the real one.</summary>
    public CidrSet? Range { get; init; }

    /// <summary>What is assumed of an address that is not known.</summary>
    public AddressAssumption Assumption { get; init; }

    /// <summary>Whether the end is in a block of addresses.</summary>
    public bool IsIn(CidrSet block) => IsIn(block, Address, Range, Assumption);

    /// <summary>Whether a block is one address, and so a host's: pods change theirs.</summary>
    public static bool IsHost(CidrSet block) => block.ToCidrs() is [{ IsSingle: true }];

    /// <summary>Whether an address is in a block, also one that is not known.</summary>
    public static bool IsIn(CidrSet block, IpAddress address, CidrSet? range, AddressAssumption assumption) =>
        range is null || assumption == AddressAssumption.AsGiven ? block.Contains(address)
        : assumption == AddressAssumption.Least ? block.Covers(range)
        : block.Overlaps(range) && !IsHost(block);
}

/// <summary>Whether one port entry of a rule means a destination port.</summary>
internal static class PortMatcher
{
    /// <summary>Whether the entry means the port.</summary>
    /// <param name="entry">Entry of the rule.</param>
    /// <param name="protocol">Protocol of the connection.</param>
    /// <param name="number">Destination port of the connection.</param>
    /// <param name="namesPorts">Destination pod, which gives names to ports; null for addresses of no pod, where a name means nothing.</param>
    public static bool Matches(V1NetworkPolicyPort entry, string protocol, int number, PodFacts? namesPorts)
    {
        if ((entry.Protocol ?? "TCP") != protocol)
        {
            return false;
        }

        if (entry.Port is not { } port)
        {
            return entry.EndPort is null;
        }

        return port.IsText
            ? entry.EndPort is null && namesPorts is not null && namesPorts.NamesPort(port.Text!, protocol, number)
            : port.Number <= number && number <= (entry.EndPort ?? port.Number);
    }

    /// <summary>All ports that the entry means.</summary>
    /// <param name="entry">Entry of the rule.</param>
    /// <param name="namesPorts">Destination pod, which gives names to ports; null for addresses of no pod, where a name means nothing.</param>
    public static PortSet PortsOf(V1NetworkPolicyPort entry, PodFacts? namesPorts)
    {
        var protocol = entry.Protocol ?? "TCP";
        if (entry.Port is not { } port)
        {
            return entry.EndPort is null ? PortSet.Create(protocol, 1, PortSet.MaxPort) : PortSet.Empty;
        }

        if (!port.IsText)
        {
            return PortSet.Create(protocol, port.Number, entry.EndPort ?? port.Number);
        }

        return entry.EndPort is null && namesPorts is not null
            ? PortSet.Union(namesPorts.PortsNamed(port.Text!, protocol).Select(number => PortSet.Create(protocol, number)))
            : PortSet.Empty;
    }
}
