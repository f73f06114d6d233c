using System.Globalization;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Reads the output of <c>ipset save</c>, as far as it concerns Palisade.</summary>
internal sealed class SetsParser(uint markMask)
{
    private readonly MarkLayout _marks = new(markMask);
    private readonly string _maskText = "/0x" + markMask.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Own sets. One of a type that the layout does not use has no kind.</summary>
    public IEnumerable<KernelSet> Parse(string text)
    {
        KernelSet? set = null;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["create", var name, ..])
            {
                if (set is not null)
                {
                    yield return set;
                }

                set = Names.IsOwnSet(name) ? Create(words) : null;
            }
            else if (set is { Kind: SetKind.Cut })
            {
                // Its entries come and run out without the layout's doing.
                continue;
            }
            else if (
                set is { Kind: { } kind }
                && words is ["add", _, var element, ..]
                && TryParse(kind, set.Family, element, words, out var entry, out var number)
            )
            {
                set.Put(entry, number);
            }
            else if (set is not null && words is ["add", ..])
            {
                set.HasForeignEntries = true;
            }
        }

        if (set is not null)
        {
            yield return set;
        }
    }

    private static KernelSet Create(string[] words)
    {
        var name = words[1];
        var family = name.StartsWith("plsd4-", StringComparison.Ordinal) ? IpFamily.IPv4 : IpFamily.IPv6;
        var kernelFamily = ValueOf(words, "family") == "inet6" ? IpFamily.IPv6 : IpFamily.IPv4;
        SetKind? kind = words[2] switch
        {
            "hash:ip" => words.Contains("skbinfo", StringComparer.Ordinal) ? SetKind.Classes : SetKind.Addresses,
            "hash:ip,port" => SetKind.AddressPorts,
            "hash:net,net" => SetKind.AddressPairs,
            "hash:net" => SetKind.Blocks,
            "bitmap:port" => SetKind.Ports,
            "hash:ip,port,ip" => SetKind.Cut,
            _ => null,
        };
        var isFamilyRight = kind == SetKind.Ports || family == kernelFamily;
        _ = int.TryParse(ValueOf(words, "maxelem"), NumberStyles.None, CultureInfo.InvariantCulture, out var max);
        return new KernelSet(name, family, isFamilyRight ? kind : null, max);
    }

    private static string? ValueOf(string[] words, string option)
    {
        var at = Array.IndexOf(words, option);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }

    private bool TryParse(SetKind kind, IpFamily family, string element, string[] words, out SetEntry entry, out byte number)
    {
        (entry, number) = (default, 0);
        switch (kind)
        {
            case SetKind.Ports:
                var isPort = ushort.TryParse(element, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
                entry = SetEntry.From(port);
                return isPort;
            case SetKind.Classes:
                // With a mark that is none of the layout's it is of no class: the right one is then written over it.
                number = ClassOf(ValueOf(words, "skbmark"));
                return TryParseAddress(family, element, out entry);
            case SetKind.Addresses:
                return TryParseAddress(family, element, out entry);
            case SetKind.AddressPairs:
                var comma = element.IndexOf(',', StringComparison.Ordinal);
                return comma > 0 && element[..comma] == element[(comma + 1)..] && TryParseAddress(family, element[..comma], out entry);
            case SetKind.AddressPorts:
                return TryParseAddressPort(family, element, out entry);
            default:
                return TryParseBlock(family, element, words[^1] == "nomatch", out entry);
        }
    }

    private byte ClassOf(string? mark)
    {
        var slash = mark?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return
            slash >= 3
            && mark.AsSpan(slash).SequenceEqual(_maskText)
            && uint.TryParse(mark.AsSpan(2, slash - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? _marks.NumberOf(value)
            : ClassNumber.Unknown;
    }

    private static bool TryParseAddress(IpFamily family, string text, out SetEntry entry)
    {
        var isAddress = IpAddress.TryParse(text, out var address) && address.Family == family;
        entry = SetEntry.From(address);
        return isAddress;
    }

    private static bool TryParseAddressPort(IpFamily family, string element, out SetEntry entry)
    {
        entry = default;
        var comma = element.IndexOf(',', StringComparison.Ordinal);
        var colon = element.IndexOf(':', Math.Max(comma, 0));
        if (comma < 0 || colon < 0 || !IpAddress.TryParse(element[..comma], out var address) || address.Family != family)
        {
            return false;
        }

        byte protocol = element[(comma + 1)..colon] switch
        {
            "tcp" => 6,
            "udp" => 17,
            "sctp" => 132,
            _ => 0,
        };
        var isPort = ushort.TryParse(element.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        entry = SetEntry.From(address, protocol, port);
        return isPort && protocol != 0;
    }

    private static bool TryParseBlock(IpFamily family, string element, bool isException, out SetEntry entry)
    {
        entry = default;
        var slash = element.IndexOf('/', StringComparison.Ordinal);
        var length = IpAddress.Bits(family);
        if (slash >= 0 && !int.TryParse(element.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            return false;
        }

        if (!IpAddress.TryParse(slash < 0 ? element : element[..slash], out var address) || address.Family != family)
        {
            return false;
        }

        entry = SetEntry.From(new Cidr(address, length), isException);
        return true;
    }
}
