using System.Net;
using System.Net.Sockets;

namespace Palisade.Agent.Bench;

/// <summary>Lets the node reach the API server, which listens on the loopback address only.</summary>
internal sealed class BenchRelay : IDisposable
{
    private readonly BenchApiServer _api;
    private readonly TcpListener _listener = new(IPAddress.Any, 0);

    public BenchRelay(BenchApiServer api)
    {
        _api = api;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string WriteKubeConfig()
    {
        var path = Path.Combine(_api.Directory, "bench-kubeconfig");
        File.WriteAllText(
            path,
            $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://{{BenchApiServer.Address}}:{{(
                (IPEndPoint)_listener.LocalEndpoint
            ).Port}}", certificate-authority: "{{Path.Combine(_api.Directory, "pki", "apiserver.crt")}}"} }]
            users: [{name: u, user: {token: admin-token} }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            current-context: x
            """
        );
        return path;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                _ = RelayAsync(near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient { NoDelay = true })
        {
            near.NoDelay = true;
            await far.ConnectAsync(_api.ClientOptions.Server.Host, _api.ClientOptions.Server.Port);
            try
            {
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            }
            catch (IOException) { }
        }
    }
}
