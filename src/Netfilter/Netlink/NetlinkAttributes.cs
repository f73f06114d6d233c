using System.Runtime.InteropServices;

namespace Palisade.Netfilter.Netlink;

/// <summary>A list of attributes: type, length and value each; a value may be such a list itself.</summary>
internal readonly ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int HeaderLength = 4;

    // The upper two bits of a type are flags.
    private const int TypeMask = 0x3fff;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Value of the attribute of that type; empty when there is none.</summary>
    public ReadOnlySpan<byte> this[int type]
    {
        get
        {
            var whole = Whole(type);
            return whole.IsEmpty ? [] : whole[HeaderLength..MemoryMarshal.Read<ushort>(whole)];
        }
    }

    /// <summary>The attributes that the value of that type consists of.</summary>
    public NetlinkAttributes Nested(int type) => new(this[type]);

    /// <summary>The attribute of that type as it came, header and padding included; empty when there is none.</summary>
    public ReadOnlySpan<byte> Whole(int type)
    {
        var rest = _bytes;
        while (rest.Length >= HeaderLength)
        {
            var length = MemoryMarshal.Read<ushort>(rest);
            if (length < HeaderLength || length > rest.Length)
            {
                break;
            }

            var padded = Math.Min(Align(length), rest.Length);
            if ((MemoryMarshal.Read<ushort>(rest[2..]) & TypeMask) == type)
            {
                return rest[..padded];
            }

            rest = rest[padded..];
        }

        return [];
    }

    /// <summary>Messages and attributes begin at multiples of four.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
