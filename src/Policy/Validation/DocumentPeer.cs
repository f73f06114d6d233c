using System.Globalization;
using System.Runtime.InteropServices;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

internal sealed class DocumentPeer
{
    private readonly DocumentRule _rule;
    private readonly int _index;

    public DocumentPeer(DocumentRule rule, int index, ClusterPolicyPeer peer)
    {
        (_rule, _index, Model) = (rule, index, peer);
        Block = peer.IpBlock is { } block ? new DocumentBlock(this, block) : null;
    }

    public ClusterPolicyPeer Model { get; }

    /// <summary>The block of addresses; null when the peer has none.</summary>
    public DocumentBlock? Block { get; }

    /// <summary>The selectors that the peer has, of whatever kind.</summary>
    public IEnumerable<DocumentSelector> Selectors
    {
        get
        {
            if (!HasSelectors && Model.Nodes is null)
            {
                return [];
            }

            return DocumentSelector.From(
                (Model.PodSelector, () => $"{Path}.podSelector"),
                (Model.NamespaceSelector, () => $"{Path}.namespaceSelector"),
                (Model.Nodes, () => $"{Path}.nodes")
            );
        }
    }

    /// <summary>Whether the peer selects pods or namespaces by labels.</summary>
    public bool HasSelectors => Model.PodSelector is not null || Model.NamespaceSelector is not null;

    /// <summary>Whether the peer is expanded to addresses, not to selectors.</summary>
    public bool IsAddresses => Block is not null || Model.Nodes is not null || Model.Entity == Expansion.ClusterEntities.KubeAPIServer;

    /// <summary>
    /// Selectors of namespaces and pods, or another kind's own text, the same for peers that mean the same; null for blocks and what has
    /// several kinds.
    /// </summary>
    public (string Namespaces, string Pods)? Key =>
        Model switch
        {
            { IpBlock: not null } => null,
            { Tenant.Labels: { } labels } => ("tenant", string.Join(',', labels.Order(StringComparer.Ordinal))),
            { Nodes: { } nodes } => ("nodes", LabelSelectorKey.From(nodes)),
            { Entity: { } entity } => ("entity", entity),
            { NamespaceSelector: { } namespaces } => (LabelSelectorKey.From(namespaces), LabelSelectorKey.From(Model.PodSelector ?? new())),
            { PodSelector: { } pods } => (LabelSelectorKey.Nothing, LabelSelectorKey.From(pods)),
            _ => null,
        };

    public string Path => string.Create(CultureInfo.InvariantCulture, $"{_rule.PeersPath}[{_index}]");

    /// <summary>Whether the peer may well be the DNS servers: it names them, or everybody, or their namespace.</summary>
    public bool MayBeDns(DnsServers dns) =>
        Model.Entity == Expansion.ClusterEntities.ClusterDNS
        || Block?.Cidr.Meant is { PrefixLength: 0 }
        || (Model.NamespaceSelector is { } selector && dns.MayBeIn(selector));

    /// <summary>The fields by which the peer says whom it means, one name a kind.</summary>
    public IReadOnlyList<string> Kinds()
    {
        var kinds = new List<string>(1);
        if (HasSelectors)
        {
            kinds.Add(Model.PodSelector is null ? "namespaceSelector" : "podSelector");
        }

        if (Model.IpBlock is not null)
        {
            kinds.Add("ipBlock");
        }

        if (Model.Tenant is not null)
        {
            kinds.Add("tenant");
        }

        if (Model.Nodes is not null)
        {
            kinds.Add("nodes");
        }

        if (Model.Entity is not null)
        {
            kinds.Add("entity");
        }

        return kinds;
    }
}

/// <summary>A block of addresses of a document, its CIDRs parsed once. There may be a hundred thousand exceptions, so they are kept small.</summary>
internal sealed class DocumentBlock
{
    private readonly DocumentPeer _peer;
    private readonly IList<string> _exceptTexts;
    private readonly Cidr?[] _except;
    private readonly SortedDictionary<int, CidrError> _exceptErrors = [];
    private CidrSet? _addresses;

    public DocumentBlock(DocumentPeer peer, V1IPBlock block)
    {
        _peer = peer;
        Cidr = ParsedCidr.Parse(block.Cidr);
        _exceptTexts = block.Except ?? [];
        _except = new Cidr?[_exceptTexts.Count];
        for (var i = 0; i < _except.Length; i++)
        {
            if (Net.Cidr.TryParse(_exceptTexts[i], out var except, out var error))
            {
                _except[i] = except;
            }
            else
            {
                _except[i] = IsMappedException(new(_exceptTexts[i], error.Meant, error)) ? null : error.Meant;
                _exceptErrors[i] = error;
            }
        }
    }

    public ParsedCidr Cidr { get; }

    /// <summary>The exceptions, or what was very likely meant by them; null where nobody can tell.</summary>
    public ReadOnlySpan<Cidr?> Except => _except;

    /// <summary>The exceptions that are no CIDRs, by number.</summary>
    public IEnumerable<(int Index, ParsedCidr Except)> WrongExcept =>
        _exceptErrors.Select(error => (error.Key, new ParsedCidr(_exceptTexts[error.Key], _except[error.Key], error.Value)));

    /// <summary>
    /// Whether an exception is an IPv4-mapped block inside of an IPv6 one. It means an IPv4 block, which is no part of any IPv6 block, and no
    /// packet carries such an address.
    /// </summary>
    public bool IsMappedException(ParsedCidr except) =>
        except.Error is { Kind: CidrErrorKind.IPv4Mapped, Meant.Family: IpFamily.IPv4 } && Cidr.Meant is { Family: IpFamily.IPv6 };

    public string Path => $"{_peer.Path}.ipBlock";

    /// <summary>The addresses that the block means, as far as its CIDRs can be understood.</summary>
    public CidrSet Addresses =>
        _addresses ??= Cidr.Meant is { } cidr ? CidrSet.From(cidr).Except(CidrSet.From(_except.OfType<Cidr>())) : CidrSet.Empty;

    /// <summary>Path of an exception.</summary>
    public string ExceptPath(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}.except[{index}]");

    /// <summary>An exception as written.</summary>
    public string ExceptText(int index) => _exceptTexts[index];
}

/// <summary>A CIDR as written, and what became of it.</summary>
/// <param name="Text">As written.</param>
/// <param name="Meant">The block, or what very likely was meant, for checks that come after; null when nobody can tell.</param>
/// <param name="Error">Why it is not a CIDR; null when it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ParsedCidr(string? Text, Cidr? Meant, CidrError? Error)
{
    public static ParsedCidr Parse(string? text) =>
        Cidr.TryParse(text, out var cidr, out var error) ? new(text, cidr, null) : new(text, error.Meant, error);
}

internal sealed class DocumentSelector(V1LabelSelector model, Func<string> path)
{
    public V1LabelSelector Model { get; } = model;

    public string Path => path();

    /// <summary>Those that are there.</summary>
    public static IEnumerable<DocumentSelector> From(params ReadOnlySpan<(V1LabelSelector? Model, Func<string> Path)> selectors)
    {
        var found = new List<DocumentSelector>(selectors.Length);
        foreach (var (model, path) in selectors)
        {
            if (model is not null)
            {
                found.Add(new(model, path));
            }
        }

        return found;
    }
}
