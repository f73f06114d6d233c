using System.Net.Sockets;
using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Netlink;

/// <summary>Opens sockets to the kernel's netfilter (linux/netlink.h).</summary>
internal static partial class NetlinkSocket
{
    private const int FamilyNetlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int NetlinkNetfilter = 12;

    /// <summary>Opens a socket; the kernel binds it when it first sends, and answers there.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public static Socket Open()
    {
        var handle = OpenSocket(FamilyNetlink, RawCloseOnExec, NetlinkNetfilter);
        return handle >= 0
            ? new Socket(new SafeSocketHandle(handle, ownsHandle: true))
            : throw new NetfilterException($"no socket to the kernel's netfilter: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Number of the family in messages.</summary>
    public static byte Family(IpFamily family) => family == IpFamily.IPv4 ? (byte)2 : (byte)10;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);
}
