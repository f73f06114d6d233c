using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Lab.Probes;

/// <summary>Serves ports of a host: answers whatever it is asked with the host's name, so that a probe knows who answered.</summary>
public sealed class ProbeServer : IAsyncDisposable
{
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _loops = [];
    private readonly byte[] _answer;

    private ProbeServer(string name) => _answer = Encoding.UTF8.GetBytes(name + "\n");

    /// <summary>Begins to serve; connections are taken when this returns.</summary>
    /// <exception cref="LabException">A port is taken, or the kernel does not have the protocol.</exception>
    public static ProbeServer Start(LabHost host, params IEnumerable<(int Port, ProbeProtocol Protocol)> ports)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(ports);
        var server = new ProbeServer(host.Name);
        // A socket for each address: a datagram's answer then comes from the address that was asked.
        foreach (var (port, protocol) in ports.Distinct())
        {
            foreach (var address in host.Addresses)
            {
                server.TryServe(host, new ProbeTarget(address, port, protocol));
            }
        }
        return server;
    }

    /// <summary>Whether this kernel has a protocol.</summary>
    public static bool Supports(LabHost host, ProbeProtocol protocol)
    {
        ArgumentNullException.ThrowIfNull(host);
        try
        {
            ProbeSockets.Create(host, IPAddress.Any, protocol).Dispose();
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ProtocolNotSupported)
        {
            return false;
        }
    }

    /// <summary>Stops serving and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops);
        _sockets.ForEach(socket => socket.Dispose());
        _stopping.Dispose();
    }

    private void TryServe(LabHost host, ProbeTarget own)
    {
        try
        {
            Serve(host, own);
        }
        catch (SocketException exception)
        {
            _sockets.ForEach(socket => socket.Dispose());
            throw new LabException($"{host} cannot serve {own}: {exception.Message}", exception);
        }
    }

    private void Serve(LabHost host, ProbeTarget own)
    {
        var socket = ProbeSockets.Create(host, own.Address, own.Protocol);
        _sockets.Add(socket);
        if (own.Protocol == ProbeProtocol.Tcp)
        {
            // What is left of connections that this side closed must not keep the next server from the port. The framework's own option
            // would let two servers have it.
            socket.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));
        }
        socket.Bind(own.EndPoint);
        if (own.Protocol == ProbeProtocol.Udp)
        {
            _loops.Add(UntilStoppedAsync(token => AnswerDatagramsAsync(socket, token)));
            return;
        }
        socket.Listen(512);
        _loops.Add(UntilStoppedAsync(token => AcceptAsync(socket, token)));
    }

    private async Task AnswerDatagramsAsync(Socket socket, CancellationToken cancellationToken)
    {
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var buffer = new byte[512];
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, any, cancellationToken);
                await socket.SendToAsync(_answer, received.RemoteEndPoint, cancellationToken);
            }
            catch (SocketException)
            {
                // An earlier answer was refused, or its way was closed meanwhile: the next question is as good as any.
            }
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                try
                {
                    var connection = await listener.AcceptAsync(cancellationToken);
                    connections.RemoveAll(task => task.IsCompleted);
                    connections.Add(UntilStoppedAsync(token => AnswerAsync(connection, token)));
                }
                catch (SocketException)
                {
                    // The client went away before it was taken: the next one.
                }
            }
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket connection, CancellationToken cancellationToken)
    {
        using (connection)
        {
            var buffer = new byte[512];
            while (await connection.ReceiveAsync(buffer, cancellationToken) > 0)
            {
                await connection.SendAsync(_answer, cancellationToken);
            }
        }
    }

    private async Task UntilStoppedAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // That is how it ends.
        }
        catch (SocketException)
        {
            // A client reset its connection, as every probe does when it is done.
        }
    }
}
