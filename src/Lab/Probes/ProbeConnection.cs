using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Palisade.Lab.Probes;

/// <summary>A connection that stays: whether it still carries data can be asked again and again.</summary>
public sealed class ProbeConnection : IDisposable
{
    private static readonly byte[] Question = "?\n"u8.ToArray();
    private readonly Socket _socket;
    private readonly ProbeTarget _target;
    private readonly ProbeOptions _options;

    internal ProbeConnection(LabHost from, ProbeTarget target, ProbeOptions options)
    {
        (_target, _options) = (target, options);
        var source = from.AddressOf(target.Address.AddressFamily) ?? throw new LabException($"{from} has no address to reach {target}");
        try
        {
            _socket = ProbeSockets.Create(from, target.Address, target.Protocol);
            Bind(source);
        }
        catch (SocketException exception)
        {
            _socket?.Dispose();
            throw new LabException($"{from} cannot connect from {source} to {target}: {exception.Message}", exception);
        }
    }

    /// <summary>Connects and exchanges once.</summary>
    internal Task<ProbeResult> OpenAsync(CancellationToken cancellationToken) =>
        AttemptAsync(
            async token =>
            {
                await _socket.ConnectAsync(_target.EndPoint, token);
                return await AskAsync(token);
            },
            cancellationToken
        );

    /// <summary>Asks the server for its name over the open connection.</summary>
    public Task<ProbeResult> ExchangeAsync(CancellationToken cancellationToken) => AttemptAsync(AskAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Bind(IPAddress source)
    {
        if (_target.Protocol == ProbeProtocol.Tcp)
        {
            // Closing resets the connection: no state waits in the kernel for a probe that is over.
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        if (_target.Protocol == ProbeProtocol.Udp)
        {
            ProbeSockets.BindToFreshPort(_socket, source);
        }
        else
        {
            _socket.Bind(new IPEndPoint(source, 0));
        }
    }

    private async Task<ProbeResult> AttemptAsync(Func<CancellationToken, Task<ProbeResult>> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await attempt(both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(ProbeOutcome.TimedOut);
        }
        catch (SocketException exception)
        {
            return OutcomeOf(exception.SocketErrorCode) is { } outcome
                ? new(outcome)
                : throw new LabException($"cannot connect to {_target}: {exception.Message}", exception);
        }
    }

    private async Task<ProbeResult> AskAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[512];
        await _socket.SendAsync(Question, cancellationToken);
        var answer = "";
        while (!answer.EndsWith('\n'))
        {
            var length = await ReceiveAsync(buffer, cancellationToken);
            if (length == 0)
            {
                return new(ProbeOutcome.Refused); // Closed by the other side before it said a word.
            }
            answer += Encoding.UTF8.GetString(buffer, 0, length);
        }
        return new(ProbeOutcome.Open, answer.TrimEnd('\n'));
    }

    /// <summary>A datagram may get lost: UDP asks again until the time is up.</summary>
    private async Task<int> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        if (_target.Protocol != ProbeProtocol.Udp)
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken);
        }
        var answer = _socket.ReceiveAsync(buffer, cancellationToken).AsTask();
        while (await Task.WhenAny(answer, Task.Delay(_options.Timeout / 4, _options.TimeProvider, cancellationToken)) != answer)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _socket.SendAsync(Question, cancellationToken);
        }
        return await answer;
    }

    /// <summary>What a failed attempt says of the way; null where it says that this machine has nothing left to try it with.</summary>
    private static ProbeOutcome? OutcomeOf(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
                ProbeOutcome.Refused,
            SocketError.TimedOut => ProbeOutcome.TimedOut,
            SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.ProcessLimit => null,
            _ => ProbeOutcome.Unreachable,
        };
}

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
