using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Lines such as <c>{"type":"ADDED","object":{...}}</c>, where the object of an <c>ERROR</c> is a Status.</summary>
internal static class JsonWatch<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Takes one event off what was received.</summary>
    /// <param name="received">What was received; afterwards, what follows the event.</param>
    /// <param name="taken">The event; empty when there is nothing to decode.</param>
    /// <returns>False when no whole event is there yet.</returns>
    public static bool TryTake(ref ReadOnlySequence<byte> received, out ReadOnlySequence<byte> taken)
    {
        if (received.PositionOf((byte)'\n') is not { } end)
        {
            taken = default;
            return false;
        }

        taken = received.Slice(0, end);
        received = received.Slice(received.GetPosition(1, end));
        return true;
    }

    /// <summary>Decodes what was taken.</summary>
    /// <exception cref="JsonException">It is not an event.</exception>
    /// <exception cref="KubernetesException">It is an error that the API server reports.</exception>
    public static WatchEvent<T> Decode(ReadOnlySequence<byte> taken)
    {
        var reader = new Utf8JsonReader(taken);
        Expect(ref reader, JsonTokenType.StartObject);
        string? type = null;
        WatchEvent<T>? change = null;
        Utf8JsonReader postponed = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                Expect(ref reader, JsonTokenType.String);
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                Expect(ref reader, JsonTokenType.StartObject);
                if (type is not null)
                {
                    change = DecodeObject(type, ref reader);
                }
                else
                {
                    // What the object is depends on the type, which the API server puts first, though nothing says that it must.
                    postponed = reader;
                    reader.Skip();
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (change is null && type is not null && postponed.TokenType == JsonTokenType.StartObject)
        {
            change = DecodeObject(type, ref postponed);
        }

        return change ?? throw new JsonException("a watch event needs type and object");
    }

    private static WatchEvent<T> DecodeObject(string type, ref Utf8JsonReader reader) =>
        type == "ERROR"
            ? throw new KubernetesException(JsonSerializer.Deserialize(ref reader, ModelsJson.Contract<V1Status>()) ?? new V1Status())
            : new WatchEvent<T> { Type = type, Object = JsonSerializer.Deserialize(ref reader, Resource<T>.Json) };

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"expected {token}");
        }
    }
}

/// <summary>Reads the events of a watch as they come.</summary>
/// <param name="stream">Body of the answer.</param>
/// <param name="idleTimeout">When nothing was received for this long, the connection is taken for dead.</param>
/// <param name="unreachable">Makes a failure of a connection that broke.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class WatchReader<T>(
    Stream stream,
    TimeSpan idleTimeout,
    Func<Exception, KubernetesException> unreachable,
    TimeProvider timeProvider
)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    // etcd takes objects up to 1.5 MiB; as JSON with managed fields they are a few times that.
    private const int MaxEventLength = 16 << 20;

    // Room for several events: one that lies in one piece is decoded faster.
    private const int BufferSize = 32 << 10;

    public async IAsyncEnumerable<WatchEvent<T>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        using var idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            while (true)
            {
                idle.CancelAfter(idleTimeout);
                var read = await ReadAsync(pipe, either.Token, cancellationToken);
                idle.CancelAfter(Timeout.InfiniteTimeSpan);
                var buffer = read.Buffer;
                while (JsonWatch<T>.TryTake(ref buffer, out var taken))
                {
                    if (!taken.IsEmpty)
                    {
                        yield return Decode(taken);
                    }
                }

                if (buffer.Length > MaxEventLength)
                {
                    throw Failures.Malformed($"an event of the watch is longer than {MaxEventLength} bytes");
                }

                if (read.IsCompleted)
                {
                    ThrowIfCut(buffer);
                    yield break;
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static void ThrowIfCut(ReadOnlySequence<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            throw Failures.New(StatusReasons.Unreachable, "the watch was cut in the middle of an event");
        }
    }

    private static WatchEvent<T> Decode(ReadOnlySequence<byte> taken)
    {
        try
        {
            return JsonWatch<T>.Decode(taken);
        }
        catch (JsonException e)
        {
            throw Failures.Malformed("an event of the watch is not what it should be", e);
        }
    }

    private async Task<ReadResult> ReadAsync(PipeReader pipe, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await pipe.ReadAsync(either);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failures.New(StatusReasons.Timeout, $"the watch was silent for {idleTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (Failures.IsOfConnection(e))
        {
            throw unreachable(e);
        }
    }
}
