using System.Net;
using Palisade.Policy.Net;

namespace Palisade.Policy.Tests.Net;

public sealed class CidrTests
{
    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.168.1.7/32")]
    [InlineData("::/0")]
    [InlineData("2001:db8::/32")]
    [InlineData("2001:db8:1:2:3:4:5:6/128")]
    [InlineData("fe80::/10")]
    [InlineData("::1/128")]
    public void TryParse_ProperCidr_ReadsItAsItStands(string text)
    {
        Cidr.TryParse(text, out var cidr, out var error).ShouldBeTrue(error?.Message);
        cidr.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null, CidrErrorKind.Empty, null)]
    [InlineData("", CidrErrorKind.Empty, null)]
    [InlineData("10.0.0.0", CidrErrorKind.MissingPrefixLength, null)]
    [InlineData("10.1.2.3", CidrErrorKind.MissingPrefixLength, "10.1.2.3/32")]
    [InlineData("2001:db8::", CidrErrorKind.MissingPrefixLength, null)]
    [InlineData("172.17.0.0/33", CidrErrorKind.PrefixLengthTooLong, "172.17.0.0/16")]
    [InlineData("::/129", CidrErrorKind.PrefixLengthTooLong, "::/0")]
    [InlineData("10.0.0.0/99999999999999999999", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/-8", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/+8", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/8/8", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/255.0.0.0", CidrErrorKind.BadPrefixLength, "10.0.0.0/8")]
    [InlineData("10.0.0.0/255.0.255.0", CidrErrorKind.BadPrefixLength, null)]
    [InlineData("10.0.0.0/08", CidrErrorKind.LeadingZeros, "10.0.0.0/8")]
    [InlineData("010.0.0.0/8", CidrErrorKind.LeadingZeros, "10.0.0.0/8")]
    [InlineData("10.00.0.0/8", CidrErrorKind.LeadingZeros, "10.0.0.0/8")]
    [InlineData("2001:00db8::/32", CidrErrorKind.LeadingZeros, "2001:db8::/32")]
    [InlineData("10/8", CidrErrorKind.ShortForm, "10.0.0.0/8")]
    [InlineData("10.1/16", CidrErrorKind.ShortForm, "10.1.0.0/16")]
    [InlineData("0x0a.0.0.0/8", CidrErrorKind.HexadecimalOctet, null)]
    [InlineData("0xa000000/8", CidrErrorKind.HexadecimalOctet, null)]
    [InlineData("256.0.0.0/8", CidrErrorKind.OctetTooBig, null)]
    [InlineData("1000.0.0.0/8", CidrErrorKind.OctetTooBig, null)]
    [InlineData("99999999999999999999.0.0.0/8", CidrErrorKind.OctetTooBig, null)]
    [InlineData("::ffff:10.0.0.0/104", CidrErrorKind.IPv4Mapped, "10.0.0.0/8")]
    [InlineData("::ffff:a00:0/104", CidrErrorKind.IPv4Mapped, "10.0.0.0/8")]
    [InlineData("::ffff:10.0.0.0/80", CidrErrorKind.IPv4Mapped, "::/80")]
    [InlineData("fe80::1%eth0/64", CidrErrorKind.Zone, "fe80::/64")]
    [InlineData("10.1.2.3/8", CidrErrorKind.HostBits, "10.0.0.0/8")]
    [InlineData("2001:db8::1/32", CidrErrorKind.HostBits, "2001:db8::/32")]
    [InlineData("ten.0.0.0/8", CidrErrorKind.NotAnAddress, null)]
    [InlineData("10.0.0.0.0/8", CidrErrorKind.NotAnAddress, null)]
    [InlineData("10..0.0/8", CidrErrorKind.NotAnAddress, null)]
    [InlineData("/8", CidrErrorKind.NotAnAddress, null)]
    [InlineData("2001:db8::1::/32", CidrErrorKind.NotAnAddress, null)]
    [InlineData("2001:db8:/32", CidrErrorKind.NotAnAddress, null)]
    [InlineData("1:2:3:4:5:6:7:8::/64", CidrErrorKind.NotAnAddress, null)]
    [InlineData(" 10.0.0.0/8", CidrErrorKind.Spaces, "10.0.0.0/8")]
    [InlineData("10.0.0.0/8\n", CidrErrorKind.Spaces, "10.0.0.0/8")]
    [InlineData("١٠.0.0.0/8", CidrErrorKind.NotAnAddress, null)]
    public void TryParse_AnythingElse_SaysWhyAndWhatWasMeant(string? text, CidrErrorKind kind, string? meant)
    {
        Cidr.TryParse(text, out _, out var error).ShouldBeFalse();
        error!.Kind.ShouldBe(kind);
        error.Meant?.ToString().ShouldBe(meant);
        error.Message.ShouldMatch("^(must|prefix length must|octets must|groups must) ");
    }

    [Fact]
    public void TryParse_MaskTooLong_NamesAnExampleOfTheSameNetwork()
    {
        Cidr.TryParse("172.17.0.0/33", out _, out var error).ShouldBeFalse();
        error!.Message.ShouldBe("prefix length must be at most 32, for example \"172.17.0.0/16\"");
    }

    [Theory]
    [InlineData("010.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("010.1.2.3/008", "10.0.0.0/8")]
    [InlineData("::ffff:10.1.0.0/104", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    public void TryParseLenient_WhatTheApiServerTakes_ReadsItAsTheApiServerDoes(string text, string expected)
    {
        Cidr.TryParseLenient(text, out var cidr).ShouldBeTrue();
        cidr.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("10/8")]
    [InlineData("0xa.0.0.0/8")]
    [InlineData("10.0.0.0")]
    [InlineData("fe80::%eth0/64")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData(" 10.0.0.0/8")]
    public void TryParseLenient_WhatTheApiServerRefuses_IsRefused(string text) => Cidr.TryParseLenient(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_RandomAddresses_AgreesWithTheFramework()
    {
        var random = new Random(1);
        Span<byte> octets = stackalloc byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(octets);
            for (var zero = random.Next(16); zero > 0; zero--)
            {
                octets[random.Next(16)] = 0;
            }

            var six = new IPAddress(octets);
            var four = new IPAddress(octets[..4]);
            foreach (var address in new[] { six, four })
            {
                var text = address.ToString();
                var mapped = address.IsIPv4MappedToIPv6;
                IpAddress.TryParse(text, out var parsed).ShouldBe(!mapped, text);
                if (!mapped)
                {
                    parsed.ToIPAddress().ShouldBe(address);
                    parsed.ShouldBe(IpAddress.From(address));
                    parsed.ToString().ShouldBe(text);
                }
            }
        }
    }

    [Fact]
    public void TryParse_MutatedText_TakesOnlyWhatTheFrameworkReadsTheSameWay()
    {
        var random = new Random(2);
        string[] seeds = ["10.0.0.0/8", "192.168.100.0/24", "2001:db8::/32", "fe80:1:2:3:4:5:6:7/128", "::ffff:1.2.3.4/128", "::/0"];
        const string alphabet = "0123456789abcfx:./%- ";
        var taken = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var text = seeds[random.Next(seeds.Length)].ToList();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(text.Count);
                var letter = alphabet[random.Next(alphabet.Length)];
                switch (random.Next(3))
                {
                    case 0:
                        text[at] = letter;
                        break;
                    case 1:
                        text.Insert(at, letter);
                        break;
                    case 2 when text.Count > 1:
                        text.RemoveAt(at);
                        break;
                }
            }

            var mutated = new string([.. text]);
            if (Cidr.TryParse(mutated, out var cidr, out _))
            {
                taken++;
                var slash = mutated.IndexOf('/', StringComparison.Ordinal);
                IpAddress.From(IPAddress.Parse(mutated[..slash])).ShouldBe(cidr.Network, mutated);
                cidr.PrefixLength.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(mutated[(slash + 1)..]);
            }
        }

        taken.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true, true)]
    [InlineData("10.1.0.0/16", "10.0.0.0/8", false, true)]
    [InlineData("10.0.0.0/8", "11.0.0.0/8", false, false)]
    [InlineData("0.0.0.0/0", "255.255.255.255/32", true, true)]
    [InlineData("::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", true, true)]
    [InlineData("::/0", "10.0.0.0/8", false, false)]
    public void Contains_TwoBlocks_ComparesWithinOneFamily(string left, string right, bool contains, bool overlaps)
    {
        Cidr.Parse(left).Contains(Cidr.Parse(right)).ShouldBe(contains);
        Cidr.Parse(left).Overlaps(Cidr.Parse(right)).ShouldBe(overlaps);
    }

    [Fact]
    public void Contains_RandomBlocks_AgreesWithTheFramework()
    {
        var random = new Random(9);
        Span<byte> octets = stackalloc byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(octets);
            var length = random.Next(4) == 0 ? 4 : 16;
            var block = new Cidr(IpAddress.From(new IPAddress(octets[..length])), random.Next((length * 8) + 1));
            // An address that shares a random number of leading bits with the block.
            var shared = random.Next(length * 8);
            octets[shared / 8] ^= (byte)(0x80 >> (shared % 8));
            var address = new IPAddress(octets[..length]);
            var network = new IPNetwork(block.Network.ToIPAddress(), block.PrefixLength);
            block.Contains(IpAddress.From(address)).ShouldBe(network.Contains(address), $"{block} {address}");
            block.ToString().ShouldBe(network.ToString());
        }
    }
}
