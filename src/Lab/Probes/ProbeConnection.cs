using System.Net.Sockets;
using System.Text;

namespace Palisade.Lab.Probes;

/// <summary>A connection that stays: whether it still carries data can be asked again and again.</summary>
public sealed class ProbeConnection : IDisposable
{
    private static readonly byte[] Question = "?\n"u8.ToArray();
    private readonly Socket socket;
    private readonly ProbeTarget target;
    private readonly ProbeOptions options;

    internal ProbeConnection(LabHost from, ProbeTarget target, ProbeOptions options)
    {
        (this.target, this.options) = (target, options);
        socket = ProbeSockets.Create(from, target.Address, target.Protocol);
        if (target.Protocol == ProbeProtocol.Tcp)
        {
            // Closing resets the connection: no state waits in the kernel for a probe that is over.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        else if (target.Protocol == ProbeProtocol.Udp)
        {
            ProbeSockets.BindToFreshPort(socket);
        }
    }

    /// <summary>Connects and exchanges once.</summary>
    internal Task<ProbeResult> OpenAsync(CancellationToken cancellationToken) =>
        AttemptAsync(
            async token =>
            {
                await socket.ConnectAsync(target.EndPoint, token);
                return await AskAsync(token);
            },
            cancellationToken
        );

    /// <summary>Asks the server for its name over the open connection.</summary>
    public Task<ProbeResult> ExchangeAsync(CancellationToken cancellationToken) => AttemptAsync(AskAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task<ProbeResult> AttemptAsync(Func<CancellationToken, Task<ProbeResult>> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Timeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await attempt(both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(ProbeOutcome.TimedOut);
        }
        catch (SocketException exception) when (OutcomeOf(exception.SocketErrorCode) is { } outcome)
        {
            return new(outcome);
        }
    }

    private async Task<ProbeResult> AskAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[512];
        await socket.SendAsync(Question, cancellationToken);
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
        if (target.Protocol != ProbeProtocol.Udp)
        {
            return await socket.ReceiveAsync(buffer, cancellationToken);
        }
        var answer = socket.ReceiveAsync(buffer, cancellationToken).AsTask();
        while (await Task.WhenAny(answer, Task.Delay(options.Timeout / 4, options.TimeProvider, cancellationToken)) != answer)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await socket.SendAsync(Question, cancellationToken);
        }
        return await answer;
    }

    private static ProbeOutcome? OutcomeOf(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused or SocketError.ConnectionReset => ProbeOutcome.Refused,
            SocketError.TimedOut => ProbeOutcome.TimedOut,
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.AccessDenied => ProbeOutcome.Unreachable,
            _ => null,
        };
}
