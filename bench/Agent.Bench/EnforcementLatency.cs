using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>How long it takes from the moment that a policy is sent to the API server until a connection goes by it.</summary>
/// <param name="from">Who tries.</param>
/// <param name="pod">A pod of the measured node, selected by the policy.</param>
internal sealed class EnforcementLatency(LabHost from, LabHost pod)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    // A change that comes while the agent still reads back the one before, or rests after it, waits for the end of that.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Seconds from sending each of some changes until they were seen. The policy is to allow <paramref name="port"/> after every second
    /// change, the first included, and to deny it after the others.
    /// </summary>
    public async Task<(List<double> Loosened, List<double> Tightened)> MeasureAsync(int port, int changes, Func<int, Task> changeAsync)
    {
        using var listener = pod.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(1024);
        var target = new IPEndPoint(pod.AddressOf(AddressFamily.InterNetwork)!, port);
        var (loosened, tightened) = (new List<double>(), new List<double>());
        for (var i = 0; i < changes; i++)
        {
            var opens = i % 2 == 0;
            var began = Stopwatch.GetTimestamp();
            var change = changeAsync(i);
            while (Connects(target, listener) != opens)
            {
                await Task.Delay(Rest);
                if (Stopwatch.GetElapsedTime(began) > Deadline)
                {
                    throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"change {i} was not enforced"));
                }
            }

            (opens ? loosened : tightened).Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            await change;
            await Task.Delay(Quiet);
        }

        return (loosened, tightened);
    }

    /// <summary>A denied connection is refused at once.</summary>
    private bool Connects(IPEndPoint target, Socket listener)
    {
        using var socket = from.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.LingerState = new LingerOption(true, 0);
        try
        {
            socket.Connect(target);
            using var accepted = listener.Accept();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
