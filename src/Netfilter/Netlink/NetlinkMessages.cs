using System.Runtime.InteropServices;

namespace Palisade.Netfilter.Netlink;

/// <summary>The messages of one datagram of the kernel's netfilter (linux/netlink.h): a type, and a body behind netfilter's own header.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> datagram)
{
    /// <summary>Type of an acknowledgement, which bears an error number; 0 for success.</summary>
    public const ushort Error = 2;

    /// <summary>Type of the message that ends a list.</summary>
    public const ushort Done = 3;

    private const int HeaderLength = 16;
    private const int FamilyHeaderLength = 4;
    private ReadOnlySpan<byte> _rest = datagram;
    private ReadOnlySpan<byte> _body = [];

    /// <summary>Type of the message: for netfilter, subsystem and command.</summary>
    public ushort Type { get; private set; }

    /// <summary>Error number of an acknowledgement.</summary>
    public readonly int ErrorNumber => _body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(_body) : 0;

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
        _body = _rest[HeaderLength..length];
        _rest = _rest[Math.Min(NetlinkAttributes.Align(length), _rest.Length)..];
        return true;
    }
}
