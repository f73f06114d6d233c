using System.Net;
using System.Net.Sockets;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;
using Palisade.Testing;

namespace Palisade.Netfilter.Tests.Conntrack;

/// <summary>Against the kernel, in the sandbox that the tests run in.</summary>
public sealed class ConntrackTableTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables", "127.0.0.1")]
    [InlineData("ip6tables", "::1")]
    public async Task Delete_EntryOfAConnection_IsGoneAndOnlyIt(string program, string address)
    {
        if (Environment.GetEnvironmentVariable("PALISADE_SANDBOX") != "1")
        {
            throw new InvalidOperationException("not inside hack/sandbox: this test would change the machine's own rules");
        }
        // The kernel tracks connections only where a rule asks for it.
        (await CommandResult.OfAsync(program, ["-w", "-A", "INPUT", "-m", "conntrack", "--ctstate", "NEW"], Token)).ExitCode.ShouldBe(0);
        var family = IpAddress.Parse(address).Family;
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var first = new TcpClient(IPAddress.Parse(address).AddressFamily);
        using var second = new TcpClient(IPAddress.Parse(address).AddressFamily);
        await first.ConnectAsync(IPAddress.Parse(address), port, Token);
        await second.ConnectAsync(IPAddress.Parse(address), port, Token);
        using var table = new ConntrackTable();

        var flows = (await table.ListAsync(family, flow => flow.Port == port, int.MaxValue, Token)).Flows;
        var flow = flows.Single(flow => flow.SourcePort == ((IPEndPoint)first.Client.LocalEndPoint!).Port);

        flows.Count.ShouldBe(2);
        (flow.Source, flow.Destination, flow.Protocol).ShouldBe((IpAddress.Parse(address), IpAddress.Parse(address), (byte)6));
        (await table.DeleteAsync(flow, Token)).ShouldBeTrue();
        (await table.DeleteAsync(flow, Token)).ShouldBeFalse();
        (await table.ListAsync(family, flow => flow.Port == port, int.MaxValue, Token)).Flows.Count.ShouldBe(1);
    }

    [Fact]
    public void Read_AnyBytes_NeverFails()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 120)];
            random.NextBytes(bytes);
            if (bytes.Length > 6)
            {
                (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]) = ((byte)bytes.Length, 0, 0, 0, 0, 1);
            }

            Should.NotThrow(() => new ConntrackListing(_ => true, int.MaxValue).Read(bytes));
        }
    }
}
