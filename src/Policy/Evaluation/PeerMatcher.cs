using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
