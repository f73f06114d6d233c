using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;

namespace Palisade.Kubernetes.Client.Transport;

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
