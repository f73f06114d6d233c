using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>Gives out addresses of a range, each once. The first is the bridge's.</summary>
internal sealed class AddressPool(Cidr range)
{
    private readonly HashSet<IpAddress> _taken = [Host(range, 0), Host(range, 1)];
    private UInt128 _next = 2;

    /// <summary>The range.</summary>
    public Cidr Range => range;

    /// <summary>Takes an address that somebody has already.</summary>
    /// <returns>Whether it was free.</returns>
    public bool TryTake(IpAddress address) => _taken.Add(address);

    /// <summary>Takes the next free address; null when there is none left.</summary>
    public IpAddress? Take()
    {
        // The last address of an IPv4 range is the broadcast address.
        while (_next < range.Last - range.First)
        {
            var address = Host(range, _next++);
            if (_taken.Add(address))
            {
                return address;
            }
        }
        return null;
    }

    private static IpAddress Host(Cidr range, UInt128 number) => new(range.Family, range.First + number);
}
