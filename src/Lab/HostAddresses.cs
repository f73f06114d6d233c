using Palisade.Policy.Net;

namespace Palisade.Lab;

/// <summary>Which addresses a host can have that others reach by routing (RFC 6890, RFC 4291).</summary>
public static class HostAddresses
{
    /// <summary>Where clouds have their metadata server: the one link-local address that nodes route to.</summary>
    private static readonly Cidr MetadataServer = Cidr.Parse("169.254.169.254/32");

    /// <summary>IPv4 behind a translator (RFC 6052, RFC 8215): the only part of ::/8 in use that is routed.</summary>
    private static readonly Cidr[] Translated = [Cidr.Parse("64:ff9b::/96"), Cidr.Parse("64:ff9b:1::/48")];

    /// <summary>Unspecified, loopback, link-local, multicast, reserved, broadcast and discarded addresses.</summary>
    public static CidrSet Unassignable { get; } =
        CidrSet
            .From(
                ((string[])["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"])
                    .Concat(["::/8", "100::/64", "fe80::/10", "ff00::/8"])
                    .Select(Cidr.Parse)
            )
            .Except(CidrSet.From([MetadataServer, .. Translated]));

    /// <summary>Whether a host can have the address.</summary>
    public static bool CanHave(IpAddress address) => !Unassignable.Contains(address);
}
