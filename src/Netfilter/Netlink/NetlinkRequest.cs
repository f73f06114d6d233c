using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Palisade.Netfilter.Netlink;

/// <summary>
/// Writes one message to the kernel's netfilter (linux/netfilter/nfnetlink.h). Headers are in the machine's byte order, values of
/// attributes in the network's.
/// </summary>
internal sealed class NetlinkRequest
{
    /// <summary>Flag: a request.</summary>
    public const ushort Request = 1;

    /// <summary>Flag: success is to be acknowledged too.</summary>
    public const ushort Acknowledge = 4;

    /// <summary>Flag: a list is asked for.</summary>
    public const ushort Dump = 0x300;

    private const ushort NestedFlag = 0x8000;
    private const int HeaderLength = 20;
    private readonly List<byte> _bytes = [];

    /// <param name="type">Subsystem and command.</param>
    /// <param name="flags">Flags of the message.</param>
    /// <param name="family">Address family as the kernel numbers them; 0 for none.</param>
    /// <param name="resource">What the message is about, where the subsystem numbers such things.</param>
    public NetlinkRequest(ushort type, ushort flags, byte family = 0, ushort resource = 0)
    {
        CollectionsMarshal.SetCount(_bytes, HeaderLength);
        var header = CollectionsMarshal.AsSpan(_bytes);
        header.Clear();
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], flags);
        header[16] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header[18..], resource);
    }

    /// <summary>Adds an attribute.</summary>
    public NetlinkRequest Add(ushort type, ReadOnlySpan<byte> value)
    {
        var at = Begin(type);
        _bytes.AddRange(value);
        End(at);
        return this;
    }

    /// <summary>Adds an attribute that consists of attributes.</summary>
    public NetlinkRequest AddNested(ushort type, Action<NetlinkRequest> addInner)
    {
        var at = Begin((ushort)(type | NestedFlag));
        addInner(this);
        End(at);
        return this;
    }

    /// <summary>Adds attributes as the kernel gave them.</summary>
    public NetlinkRequest AddWhole(ReadOnlySpan<byte> attributes)
    {
        _bytes.AddRange(attributes);
        return this;
    }

    /// <summary>The message.</summary>
    public byte[] ToArray()
    {
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(_bytes), (uint)_bytes.Count);
        return [.. _bytes];
    }

    private int Begin(ushort type)
    {
        var at = _bytes.Count;
        CollectionsMarshal.SetCount(_bytes, at + 4);
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(_bytes)[(at + 2)..], type);
        return at;
    }

    private void End(int at)
    {
        MemoryMarshal.Write(CollectionsMarshal.AsSpan(_bytes)[at..], (ushort)(_bytes.Count - at));
        var padding = NetlinkAttributes.Align(_bytes.Count) - _bytes.Count;
        _bytes.AddRange([.. Enumerable.Repeat((byte)0, padding)]);
    }
}
