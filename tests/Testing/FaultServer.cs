using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Palisade.Kubernetes.Client;

namespace Palisade.Testing;

/// <summary>An HTTP/1.1 server that answers as a test says, byte for byte, so that any fault can be made. One request a connection.</summary>
public sealed class FaultServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<FaultExchange, Task> _answer;
    private readonly ConcurrentQueue<FaultExchange> _exchanges = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly Task _accepting;

    /// <summary>Begins to listen on a free port.</summary>
    /// <param name="answer">Answers a request; when it returns, the connection is closed.</param>
    public FaultServer(Func<FaultExchange, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Options of a client of it, with few and quick retries.</summary>
    public ClientOptions Options => new() { Server = Address, RequestTimeout = TimeSpan.FromSeconds(60) };

    /// <summary>The requests so far, in the order in which they came.</summary>
    public IReadOnlyList<FaultExchange> Exchanges => [.. _exchanges];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        // Before the listener goes: it may be between two connections, and would then accept from one that is no more.
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_running);
        _end.Dispose();
    }

    // Numbered when it is whole, not when its connection opens: a client may give up on one and open another meanwhile.
    private void Record(FaultExchange exchange)
    {
        lock (_gate)
        {
            exchange.Number = _exchanges.Count;
            _exchanges.Enqueue(exchange);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                if (await FaultExchange.ReadAsync(connection.GetStream(), _end.Token) is { } exchange)
                {
                    Record(exchange);
                    await _answer(exchange);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client went, or the test is over.
            }
        }
    }
}
