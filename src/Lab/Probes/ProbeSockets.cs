using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Palisade.Lab.Probes;

/// <summary>Makes the sockets of probes and their servers.</summary>
internal static class ProbeSockets
{
    private const int FirstPort = 20_000;
    private const int Ports = 12_000;
    private const int CloseOnExec = 0x80000;
    private const int ProtocolNotSupported = 93;
    private static uint _next;

    /// <summary>Makes a socket in a host's network.</summary>
    /// <exception cref="SocketException">The kernel does not have the protocol.</exception>
    public static Socket Create(LabHost host, IPAddress address, ProbeProtocol protocol) =>
        protocol switch
        {
            ProbeProtocol.Tcp => host.Network.CreateSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
            ProbeProtocol.Udp => host.Network.CreateSocket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp),
            ProbeProtocol.Sctp => host.Network.Run(() => OpenSctp(address.AddressFamily)),
            _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
        };

    /// <summary>
    /// Binds a UDP client to a source port that no recent probe had: the kernel would take the new flow for the old one, which it
    /// holds as established for half a minute, and would not judge it again.
    /// </summary>
    public static void BindToFreshPort(Socket socket, IPAddress source)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                socket.Bind(new IPEndPoint(source, FirstPort + (int)(Interlocked.Increment(ref _next) % Ports)));
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && tries < Ports)
            {
                // The next one then.
            }
        }
    }

    private static Socket OpenSctp(AddressFamily family)
    {
        var number = family == AddressFamily.InterNetwork ? 2 : 10;
        var descriptor = NativeMethods.OpenSocket(number, 1 | CloseOnExec, (int)ProbeProtocol.Sctp);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw (
                Marshal.GetLastPInvokeError() == ProtocolNotSupported
                    ? new SocketException((int)SocketError.ProtocolNotSupported)
                    : new SocketException(Marshal.GetLastPInvokeError())
            );
    }
}
