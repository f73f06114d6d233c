using System.Net;
using System.Net.Sockets;
using Palisade.Netfilter.Nflog;
using Palisade.Testing;

namespace Palisade.Netfilter.Tests.Nflog;

/// <summary>Against the kernel, in the sandbox that the tests run in.</summary>
public sealed class NflogReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables", "127.0.0.1")]
    [InlineData("ip6tables", "::1")]
    public async Task Read_PacketMatchesTheRule_GivesIt(string program, string address)
    {
        var group = (ushort)(program.Length + 100);
        using var reader = new NflogReader(group);
        await RunAsync(
            program,
            ["-w", "-A", "OUTPUT", "-p", "udp", "--dport", "9", "-j", "NFLOG", "--nflog-group", $"{group}", "--nflog-prefix", "deny:x"]
        );
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 0));

        await socket.SendAsync(new byte[1500], new IPEndPoint(IPAddress.Parse(address), 9), Token);

        await using var packets = reader.ReadAsync(Token).GetAsyncEnumerator(Token);
        (await packets.MoveNextAsync()).ShouldBeTrue();
        var port = ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
        packets.Current.ShouldBe(new NflogPacket("deny:x", IPAddress.Parse(address), IPAddress.Parse(address), 17, port, 9));
    }

    [Fact]
    public async Task Read_Cancelled_Ends()
    {
        using var reader = new NflogReader(120);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var packets = reader.ReadAsync(stop.Token).GetAsyncEnumerator(Token);
        var waiting = packets.MoveNextAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting.AsTask());
    }

    [Fact]
    public void New_GroupTaken_SaysSo()
    {
        using var first = new NflogReader(121);

        var refused = Should.Throw<NetfilterException>(() => new NflogReader(121));

        refused.Message.ShouldBe("NFLOG group 121 cannot be read: another program reads it already");
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("PALISADE_SANDBOX") != "1")
        {
            throw new InvalidOperationException("not inside hack/sandbox: this test would change the machine's own rules");
        }
        (await CommandResult.OfAsync(program, arguments, Token)).ExitCode.ShouldBe(0);
    }
}
