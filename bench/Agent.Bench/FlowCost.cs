using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>What rules on a node cost the packets and connections between two of its pods.</summary>
internal sealed class FlowCost(LabHost client, LabHost server)
{
    public const int Port = 8080;
    private const int AnswerTimeout = 5_000;
    private const int Rounds = 7;
    private const int NewFlows = 500;
    private const int Packets = 20_000;
    private const int Connections = 500;
    private readonly IPEndPoint _target = new(server.AddressOf(AddressFamily.InterNetwork)!, Port);

    /// <summary>
    /// Nanoseconds of sending a datagram on an open flow and as the first of a flow, and of opening a TCP connection. Sending takes the packet
    /// all the way to the receiver's socket, whose full buffer drops it. The best of some rounds each: the one least disturbed.
    /// </summary>
    public (double Established, double New, double Connect) Measure()
    {
        using var receiver = server.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.ReceiveBufferSize = 4096;
        receiver.ReceiveTimeout = AnswerTimeout;
        receiver.Bind(new IPEndPoint(IPAddress.Any, Port));
        using var listener = server.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen(64);

        var best = (Established: double.MaxValue, New: double.MaxValue, Connect: double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            best.Established = Math.Min(best.Established, Established(receiver));
            best.New = Math.Min(best.New, New());
            best.Connect = Math.Min(best.Connect, Connect(listener));
        }

        return best;
    }

    private double Established(Socket receiver)
    {
        using var sender = Sender();
        var buffer = new byte[64];
        // A buffer that earlier packets have filled takes no more.
        while (receiver.Available > 0)
        {
            receiver.Receive(buffer);
        }

        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        sender.Send("x"u8);
        receiver.ReceiveFrom(buffer, ref from);

        // Only a flow that was answered is established.
        receiver.SendTo("y"u8, from);
        sender.Receive(buffer);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Packets; i++)
        {
            sender.Send("x"u8);
        }

        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Packets;
    }

    private double New()
    {
        var senders = Enumerable.Range(0, NewFlows).Select(_ => Sender()).ToArray();
        var began = Stopwatch.GetTimestamp();
        foreach (var sender in senders)
        {
            sender.Send("x"u8);
        }

        var took = Stopwatch.GetElapsedTime(began).TotalNanoseconds / NewFlows;
        Array.ForEach(senders, sender => sender.Dispose());
        return took;
    }

    /// <summary>The median: accepting and closing are not part of it.</summary>
    private double Connect(Socket listener)
    {
        var times = new List<double>();
        for (var i = 0; i < Connections; i++)
        {
            using var socket = client.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(true, 0);
            var began = Stopwatch.GetTimestamp();
            socket.Connect(_target);
            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds);
            using var accepted = listener.Accept();
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private Socket Sender()
    {
        var socket = client.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = AnswerTimeout;
        socket.Connect(_target);
        return socket;
    }
}
