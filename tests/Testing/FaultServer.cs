using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Palisade.Kubernetes.Client;

namespace Palisade.Testing;

/// <summary>
/// An HTTP/1.1 server that answers as a test says, byte for byte, so that any fault can be made. One request a connection; over TLS where it is
/// given a certificate.
/// </summary>
public sealed class FaultServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TcpListener _listener;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly CancellationTokenSource _end = new();
    private readonly Func<FaultExchange, Task> _answer;
    private readonly ConcurrentQueue<FaultExchange> _exchanges = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly Task _accepting;
    private int _refusals;

    /// <summary>Begins to listen on a free port.</summary>
    /// <param name="answer">Answers a request; when it returns, the connection is closed.</param>
    /// <param name="certificate">What it serves TLS with; plain HTTP when null.</param>
    /// <param name="listenOn">Address to listen on; loopback when null.</param>
    public FaultServer(Func<FaultExchange, Task> answer, SslStreamCertificateContext? certificate = null, IPAddress? listenOn = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener = new(listenOn ?? IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, by way of loopback.</summary>
    public Uri Address { get; }

    /// <summary>Port that it listens on.</summary>
    public int Port { get; }

    /// <summary>How many connections ended before a request came over them, as those of clients that do not trust the certificate.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

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
                await using var stream = Open(connection.GetStream());
                if (await ReadAsync(stream) is { } exchange)
                {
                    Record(exchange);
                    await _answer(exchange);
                }
                else
                {
                    Interlocked.Increment(ref _refusals);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The client went, or the test is over.
            }
        }
    }

    private Stream Open(NetworkStream stream) => _certificate is null ? stream : new SslStream(stream);

    // Null when the client went before it asked for anything: some do in the middle of the handshake, some after it.
    private async Task<FaultExchange?> ReadAsync(Stream stream)
    {
        try
        {
            if (stream is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificateContext = _certificate },
                    _end.Token
                );
            }

            return await FaultExchange.ReadAsync(stream, _end.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return null;
        }
    }
}
