using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Palisade.Agent.Tests.Programs;

/// <summary>
/// Stands between an agent and the API server, and sends events of watches twice, late, and in another order than they came: never those of one
/// object, and none past a bookmark, since what a watch may be resumed from must have been sent.
/// </summary>
internal sealed class DisorderlyApi : IAsyncDisposable
{
    private static readonly string[] PassedOn = ["Accept", "Authorization", "Impersonate-User"];
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient _client;
    private readonly WebApplication _server;
    private int _disordered;

    private DisorderlyApi(HttpClient client)
    {
        _client = client;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0));
        _server = builder.Build();
        _server.Run(PassOnAsync);
    }

    /// <summary>How many events were doubled or not in their place.</summary>
    public int Disordered => _disordered;

    /// <summary>Where agents of a lab reach it.</summary>
    public Uri Address => new($"http://{TestNode.ApiServerAddress}:{new Uri(_server.Urls.First()).Port}");

    public static async Task<DisorderlyApi> StartAsync(NodeApiServer api)
    {
        var started = new DisorderlyApi(api.CreateHttpClient());
        await started._server.StartAsync(TestContext.Current.CancellationToken);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            context.Request.Path + context.Request.QueryString
        );
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        foreach (var name in PassedOn.Where(context.Request.Headers.ContainsKey))
        {
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)context.Request.Headers[name]!);
        }
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            if (context.Request.Query.ContainsKey("watch") && response.IsSuccessStatusCode)
            {
                await DisorderAsync(body, context.Response, context.RequestAborted);
            }
            else
            {
                await body.CopyToAsync(context.Response.Body, context.RequestAborted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task DisorderAsync(Stream body, HttpResponse response, CancellationToken cancellationToken)
    {
        await response.StartAsync(cancellationToken);
        var lines = Channel.CreateUnbounded<string>();
        var reading = ReadAsync(body, lines.Writer, cancellationToken);
        while (await lines.Reader.WaitToReadAsync(cancellationToken))
        {
            await Task.Delay(Gathering, cancellationToken);
            var gathered = new List<string>();
            while (lines.Reader.TryRead(out var line))
            {
                gathered.Add(line);
            }
            foreach (var line in Shuffled(gathered))
            {
                await response.WriteAsync(line + "\n", cancellationToken);
            }
            await response.Body.FlushAsync(cancellationToken);
        }
        await reading;
    }

    private static async Task ReadAsync(Stream body, ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.TryWrite(line);
        }
        lines.Complete();
    }

    private List<string> Shuffled(List<string> lines)
    {
        var parsed = lines.ConvertAll(line => (Line: line, Json: JsonNode.Parse(line)!));
        var isBookmark = parsed.Exists(item => item.Json["type"]!.GetValue<string>() == "BOOKMARK");
        var objects = parsed
            .GroupBy(item => item.Json["object"]!["metadata"]?["uid"]?.GetValue<string>() ?? "", StringComparer.Ordinal)
            .ToArray();
        if (isBookmark || objects.Length == 0)
        {
            return lines;
        }
        Random.Shared.Shuffle(objects);
        var shuffled = objects
            .SelectMany(group => group.Select(item => item.Line))
            .SelectMany(line => Enumerable.Repeat(line, Random.Shared.Next(1, 3)))
            .ToList();
        Interlocked.Add(ref _disordered, shuffled.Count - lines.Zip(shuffled).Count(pair => pair.First == pair.Second));
        return shuffled;
    }
}
