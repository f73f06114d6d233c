using System.Runtime.InteropServices;

namespace Palisade.Agent.Interop;

/// <summary>Looks for bridges in the network namespace of the calling thread.</summary>
/// <remarks>Not by <c>/sys/class/net</c>: that is the network namespace of whoever mounted it.</remarks>
internal static partial class Bridges
{
    private const int AddressFamilyInet = 2;
    private const int SocketDatagram = 2;
    private const int CloseOnExec = 0x80000;

    // linux/sockios.h, linux/if_bridge.h
    private const nuint GetBridgesRequest = 0x8940;
    private const nint GetBridges = 1;

    /// <summary>Whether there is at least one; true when the kernel does not say, so that nothing is taken for good unseen.</summary>
    public static unsafe bool Exist()
    {
        var socket = Socket(AddressFamilyInet, SocketDatagram | CloseOnExec, 0);
        if (socket < 0)
        {
            return true;
        }
        try
        {
            var index = 0;
            var arguments = stackalloc nint[] { GetBridges, (nint)(&index), 1 };
            var count = IoControl(socket, GetBridgesRequest, arguments);
            // Refused: the kernel has no bridge code loaded, so there is no bridge.
            return count > 0;
        }
        finally
        {
            _ = Close(socket);
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int IoControl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
