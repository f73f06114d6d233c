using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Palisade.Testing;

/// <summary>
/// A little HTTP proxy that knows CONNECT. Whatever it is asked for, it connects to one server: names of a test need no DNS, and who comes through
/// without the proxy finds nobody.
/// </summary>
public sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Uri _server;
    private readonly string? _user;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly Task _accepting;

    /// <summary>Begins to listen on a free port.</summary>
    /// <param name="server">Where to connect to.</param>
    /// <param name="user">User and password (<c>user:password</c>) that it asks for; null to take anyone.</param>
    public ConnectProxy(Uri server, string? user = null)
    {
        (_server, _user) = (server, user);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it was asked for and let through, as <c>host:port</c>, in the order in which it came.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_running);
        _end.Dispose();
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

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await FaultExchange.ReadAsync(stream, _end.Token) is { } request)
                {
                    if (request.Method == "CONNECT" && IsAllowed(request))
                    {
                        _asked.Enqueue(request.Path);
                        await RelayAsync(request, stream);
                        return;
                    }

                    await request.WriteAsync(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"
                    );
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // One of the two went, or the test is over.
            }
        }
    }

    private bool IsAllowed(FaultExchange request) =>
        _user is null
        || request.Headers.GetValueOrDefault("Proxy-Authorization") == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(_user))}";

    private async Task RelayAsync(FaultExchange request, NetworkStream client)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(_server.Host, _server.Port, _end.Token);
        var server = connection.GetStream();
        await request.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n");
        // When one side ends, both are closed: that ends the other copy too.
        var copies = new[] { client.CopyToAsync(server, _end.Token), server.CopyToAsync(client, _end.Token) };
        await Task.WhenAny(copies);
        client.Close();
        server.Close();
        await Task.WhenAll(copies);
    }
}
