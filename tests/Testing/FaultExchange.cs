using System.Globalization;
using System.Text;

namespace Palisade.Testing;

/// <summary>One request to a <see cref="FaultServer"/>, and the means to answer it.</summary>
public sealed class FaultExchange
{
    private readonly Stream _stream;

    private FaultExchange(Stream stream, string[] head, string body, CancellationToken cancellationToken)
    {
        _stream = stream;
        var request = head[0].Split(' ');
        (Method, Path) = (request[0], request[1]);
        Headers = head.Skip(1)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        Body = body;
        CancellationToken = cancellationToken;
    }

    /// <summary>How many requests came before.</summary>
    public int Number { get; internal set; }

    /// <summary>HTTP method.</summary>
    public string Method { get; }

    /// <summary>Path and query.</summary>
    public string Path { get; }

    /// <summary>Headers of the request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Body of the request.</summary>
    public string Body { get; }

    /// <summary>Cancelled when the server ends.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether this is a watch.</summary>
    public bool IsWatch => Path.Contains("watch=true", StringComparison.Ordinal);

    /// <summary>Answers with JSON, whole.</summary>
    public Task RespondAsync(int code, string json, params string[] headers) =>
        WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {code} Whatever\r\nContent-Type: application/json\r\n")
                + $"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\nConnection: close\r\n"
                + string.Concat(headers.Select(header => header + "\r\n"))
                + "\r\n"
                + json
        );

    /// <summary>Answers with an error as the API server does.</summary>
    public Task RefuseAsync(int code, string reason, params string[] headers) => RespondAsync(code, Status(code, reason), headers);

    /// <summary>Begins an answer in chunks, such as a watch.</summary>
    public Task BeginAsync(string mediaType = "application/json") =>
        WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");

    /// <summary>Writes a chunk of an answer.</summary>
    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a chunk of an answer.</summary>
    public async Task ChunkAsync(byte[] bytes)
    {
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{bytes.Length:x}\r\n"));
        await _stream.WriteAsync(bytes, CancellationToken);
        await WriteAsync("\r\n");
    }

    /// <summary>Ends an answer in chunks as it should be.</summary>
    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Writes bytes as they are.</summary>
    public async Task WriteAsync(string text)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), CancellationToken);
        await _stream.FlushAsync(CancellationToken);
    }

    /// <summary>Keeps the connection open without a word.</summary>
    public Task StaySilentAsync() => Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken);

    /// <summary>An error as the API server writes it.</summary>
    public static string Status(int code, string reason) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"made by a test","reason":"{{reason}}","code":{{code}}}"""
        );

    internal static async Task<FaultExchange?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!Encoding.ASCII.GetString([.. head.TakeLast(4)]).Equals("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                return null; // Opened and closed without a request.
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var length = lines.FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return new FaultExchange(stream, lines, Encoding.UTF8.GetString(body), cancellationToken);
    }
}
