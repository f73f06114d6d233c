using System.Net;
using Palisade.Netfilter.Nflog;

namespace Palisade.Netfilter.Tests.Nflog;

public sealed class IpHeaderTests
{
    private const string Addresses6 = "20010db8000000000000000000000001" + "20010db8000000000000000000000002";

    [Fact]
    public void Read_IPv4Tcp_GivesAddressesAndPorts()
    {
        // Version 4, six words of header (one option), protocol TCP, 192.0.2.1 to 192.0.2.2, port 1025 to 80.
        var packet = IpHeader.Read("p", Bytes("46000030" + "00004000" + "40060000" + "c0000201" + "c0000202" + "01010101" + "04010050"));

        packet.ShouldBe(new NflogPacket("p", IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"), 6, 1025, 80));
    }

    [Fact]
    public void Read_IPv4LaterFragment_HasNoPorts()
    {
        var packet = IpHeader.Read("p", Bytes("45000030" + "00000001" + "40110000" + "c0000201" + "c0000202" + "04010050"));

        packet.ShouldNotBeNull().SourcePort.ShouldBeNull();
        packet.DestinationPort.ShouldBeNull();
    }

    [Fact]
    public void Read_Icmp_HasNoPorts()
    {
        var packet = IpHeader.Read("p", Bytes("45000030" + "00000000" + "40010000" + "c0000201" + "c0000202" + "08000000"));

        packet.ShouldNotBeNull().Protocol.ShouldBe((byte)1);
        packet.DestinationPort.ShouldBeNull();
    }

    [Theory]
    [InlineData("11", "")]
    [InlineData("00", "1100010400000000")]
    [InlineData("2c", "1100000012345678")]
    [InlineData("00", "3c00010400000000" + "1100010400000000")]
    public void Read_IPv6WithExtensions_FindsThePorts(string next, string extensions)
    {
        var packet = IpHeader.Read("p", Bytes("60000000" + "0010" + next + "40" + Addresses6 + extensions + "04010050"));

        packet.ShouldBe(new NflogPacket("p", IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), 17, 1025, 80));
    }

    [Fact]
    public void Read_IPv6LaterFragment_HasNoPorts()
    {
        var packet = IpHeader.Read("p", Bytes("60000000" + "00102c40" + Addresses6 + "1100000812345678" + "04010050"));

        packet.ShouldNotBeNull().Protocol.ShouldBe((byte)17);
        packet.DestinationPort.ShouldBeNull();
    }

    [Fact]
    public void Read_AnyBytes_NeverFails()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 90)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                bytes[0] = (byte)((random.Next(2) == 0 ? 0x40 : 0x60) | (bytes[0] & 0x0f));
            }

            Should.NotThrow(() => IpHeader.Read("", bytes));
            Should.NotThrow(() => NflogMessage.Read(bytes, _ => { }, _ => { }));
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
