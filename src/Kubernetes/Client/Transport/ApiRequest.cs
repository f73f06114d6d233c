using System.Globalization;
using System.Text;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>A request to the API server that can be sent more than once.</summary>
internal sealed record ApiRequest
{
    /// <summary>Media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>Where a message keeps the request that it was made from.</summary>
    public static readonly HttpRequestOptionsKey<ApiRequest> Key = new("palisade.request");

    /// <summary>Kubernetes verb, for metrics.</summary>
    public required string Verb { get; init; }

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query, without a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>Plural of the kind, for metrics.</summary>
    public required string Resource { get; init; }

    /// <summary>Body; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string MediaType { get; init; } = Json;

    /// <summary>Whether the request may be sent again when it is not known what became of it.</summary>
    public bool IsIdempotent { get; init; } = true;

    public static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return text.ToString();
    }

    public static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Json); // parsing it would be work for each request
        message.Options.Set(Key, this);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new(MediaType);
        }

        return message;
    }
}
