using System.Runtime.InteropServices;

namespace Palisade.Netfilter;

/// <summary>Looks for bridges in the network namespace of the calling thread.</summary>
/// <remarks>Not by <c>/sys/class/net</c>: that is the network namespace of the process that mounted it.</remarks>
public static partial class Bridges
{
    private const int AddressFamilyInet = 2;
    private const int SocketDatagram = 2;
    private const int CloseOnExec = 0x80000;

    // linux/sockios.h, linux/if_bridge.h, linux/if.h
    private const nuint GetBridgesRequest = 0x8940;
    private const nint GetBridges = 1;
    private const int NameLength = 16;

    /// <summary>The kernel lists no more at once (net/bridge/br_ioctl.c).</summary>
    private const int Most = 2047;

    /// <summary>Whether there is at least one; true when the kernel does not say, so that nothing is taken for good unseen.</summary>
    public static bool Exist() => Indices() is not { Length: 0 };

    /// <summary>Names of those that are there; none when the kernel does not say.</summary>
    public static IReadOnlyList<string> List() => [.. (Indices() ?? []).Select(NameOf).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Null when the kernel does not say.</summary>
    private static unsafe int[]? Indices()
    {
        var socket = Socket(AddressFamilyInet, SocketDatagram | CloseOnExec, 0);
        if (socket < 0)
        {
            return null;
        }
        try
        {
            var indices = stackalloc int[Most];
            var arguments = stackalloc nint[] { GetBridges, (nint)indices, Most };
            var count = IoControl(socket, GetBridgesRequest, arguments);
            // Refused: the kernel has no bridge code loaded, so there is no bridge.
            return count > 0 ? new ReadOnlySpan<int>(indices, count).ToArray() : [];
        }
        finally
        {
            _ = Close(socket);
        }
    }

    /// <summary>Null when it is gone.</summary>
    private static unsafe string? NameOf(int index)
    {
        var name = stackalloc byte[NameLength];
        return NameOfIndex((uint)index, name) == null ? null : Marshal.PtrToStringUTF8((nint)name);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int IoControl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "if_indextoname", SetLastError = true)]
    private static unsafe partial byte* NameOfIndex(uint index, byte* name);
}
