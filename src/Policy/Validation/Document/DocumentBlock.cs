using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation.Document;

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
        Cidr = ParsedCidr.Of(block.Cidr);
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

    /// <summary>Path of the block.</summary>
    public string Path => $"{_peer.Path}.ipBlock";

    /// <summary>The addresses that the block means, as far as its CIDRs can be understood.</summary>
    public CidrSet Addresses =>
        _addresses ??= Cidr.Meant is { } cidr ? CidrSet.Of(cidr).Except(CidrSet.Of(_except.OfType<Cidr>())) : CidrSet.Empty;

    /// <summary>Path of an exception.</summary>
    public string ExceptPath(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}.except[{index}]");

    /// <summary>An exception as written.</summary>
    public string ExceptText(int index) => _exceptTexts[index];
}
