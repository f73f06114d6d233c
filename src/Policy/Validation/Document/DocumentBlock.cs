using System.Globalization;
using Palisade.Models;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation.Document;

/// <summary>A block of addresses of a document, its CIDRs parsed once.</summary>
internal sealed class DocumentBlock
{
    private readonly DocumentPeer _peer;
    private CidrSet? _addresses;

    public DocumentBlock(DocumentPeer peer, V1IPBlock block)
    {
        _peer = peer;
        Cidr = ParsedCidr.Of(block.Cidr);
        var except = block.Except ?? [];
        Except = new ParsedCidr[except.Count];
        for (var i = 0; i < Except.Length; i++)
        {
            Except[i] = ParsedCidr.Of(except[i]);
        }
    }

    public ParsedCidr Cidr { get; }

    public ParsedCidr[] Except { get; }

    /// <summary>Path of the block.</summary>
    public string Path => $"{_peer.Path}.ipBlock";

    /// <summary>Path of an exception.</summary>
    public string ExceptPath(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}.except[{index}]");

    /// <summary>The addresses that the block means, as far as its CIDRs can be understood.</summary>
    public CidrSet Addresses => _addresses ??= Cidr.Meant is { } cidr ? CidrSet.Of(cidr).Except(ExceptedAddresses()) : CidrSet.Empty;

    /// <summary>The addresses of all exceptions together.</summary>
    public CidrSet ExceptedAddresses() => CidrSet.Of(Except.Select(e => e.Meant).OfType<Cidr>());
}
