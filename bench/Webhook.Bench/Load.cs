using System.Diagnostics;

namespace Palisade.Webhook.Bench;

/// <summary>Requests at a steady rate, each sent at its time whether or not those before were answered (an open loop).</summary>
internal static class Load
{
    /// <summary>Runs the load; gives how long each request took from the time it was due, in ms, ascending. Throws when one fails.</summary>
    public static async Task<IReadOnlyList<double>> RunAsync(HttpClient client, IReadOnlyList<byte[]> bodies, int rate, TimeSpan duration)
    {
        var count = (int)(rate * duration.TotalSeconds);
        var start = Stopwatch.GetTimestamp();
        var requests = new List<Task<double>>(count);
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            var wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait);
            }

            requests.Add(SendAsync(client, bodies[i % bodies.Count], start, due));
        }

        var times = await Task.WhenAll(requests);
        Array.Sort(times);
        return times;
    }

    private static async Task<double> SendAsync(HttpClient client, byte[] body, long start, TimeSpan due)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await client.PostAsync((Uri?)null, content);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return (Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds;
    }
}
