using System.Runtime.InteropServices;

namespace Palisade.Netfilter.Netlink;

/// <summary>The messages of one datagram of the kernel's netfilter (linux/netlink.h): a type, and a body behind netfilter's own header.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> datagram)
{
    /// <summary>Type of an acknowledgement, which bears an error number; 0 for success.</summary>
    public const ushort Error = 2;

    /// <summary>Type of the message that ends a list.</summary>
    public const ushort Done = 3;

    /// <summary>Flag of the messages of a list: it changed while it was read, so that some of it may be missing (NLM_F_DUMP_INTR).</summary>
    public const ushort Interrupted = 0x10;

    /// <summary>Error number of a message that makes no sense (EBADMSG).</summary>
    public const int BadMessage = 74;

    private const int HeaderLength = 16;
    private const int FamilyHeaderLength = 4;
    private ReadOnlySpan<byte> _rest = datagram;
    private ReadOnlySpan<byte> _body = [];

    /// <summary>Type of the message: for netfilter, subsystem and command.</summary>
    public ushort Type { get; private set; }

    /// <summary>Flags of the message.</summary>
    public ushort Flags { get; private set; }

    /// <summary>Error number of an acknowledgement or of the end of a list, which may have broken off; 0 for success.</summary>
    public readonly int ErrorNumber => _body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(_body) : BadMessage;

    /// <summary>Whether bytes are left that are no whole message: the datagram was cut off.</summary>
    public readonly bool HasRest => !_rest.IsEmpty;

    /// <summary>Attributes of a message that is no acknowledgement.</summary>
    public readonly NetlinkAttributes Attributes => new(_body.Length >= FamilyHeaderLength ? _body[FamilyHeaderLength..] : []);

    /// <summary>Goes to the next message; false when there is none, or the rest makes no sense.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < HeaderLength)
        {
            return false;
        }

        var length = (int)MemoryMarshal.Read<uint>(_rest);
        if (length < HeaderLength || length > _rest.Length)
        {
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Flags = MemoryMarshal.Read<ushort>(_rest[6..]);
        _body = _rest[HeaderLength..length];
        _rest = _rest[Math.Min(NetlinkAttributes.Align(length), _rest.Length)..];
        return true;
    }
}

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
