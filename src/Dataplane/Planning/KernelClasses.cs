using System.Globalization;
using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>The classes of one direction as the kernel has them: what each number means, and which address has which.</summary>
internal sealed class KernelClasses
{
    private readonly KernelState _kernel;
    private readonly Direction _direction;

    public KernelClasses(KernelState kernel, Direction direction)
    {
        (_kernel, _direction) = (kernel, direction);
        ReadEntries();
        ReadChains();
    }

    /// <summary>Number of each address.</summary>
    public Dictionary<IpAddress, byte> Numbers { get; } = [];

    /// <summary>Key of the class of each address that is in an overflow set.</summary>
    public Dictionary<IpAddress, string> OverflowKeys { get; } = [];

    /// <summary>Key of each number that has a chain; null when the chain cannot be read, or differs between the families.</summary>
    public SortedDictionary<byte, string?> Chains { get; } = [];

    /// <summary>Keys of the classes without a number that have a chain.</summary>
    public SortedSet<string> OverflowChains { get; } = new(StringComparer.Ordinal);

    /// <summary>Numbers that some address has.</summary>
    public HashSet<byte> NumbersInUse { get; } = [];

    private void ReadEntries()
    {
        foreach (var family in _kernel.Families.Keys)
        {
            if (_kernel.Sets.TryGetValue(Names.ClassMap(family, _direction), out var map))
            {
                foreach (var (entry, number) in map.Entries)
                {
                    Numbers[new IpAddress(family, entry.Address)] = number;
                    NumbersInUse.Add(number);
                }
            }

            var prefix = Names.OverflowSet(family, _direction, "");
            foreach (var set in _kernel.Sets.Values)
            {
                if (set.Name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    foreach (var entry in set.Entries.Keys)
                    {
                        OverflowKeys[new IpAddress(family, entry.Address)] = set.Name[prefix.Length..];
                    }
                }
            }
        }
    }

    private void ReadChains()
    {
        var marked = Names.Class(_direction, 0)[..^2];
        var overflow = Names.OverflowClass(_direction, "");
        foreach (var chain in _kernel.Families.Values.SelectMany(family => family.Mangle.Chains.Values))
        {
            if (chain.Name.StartsWith(overflow, StringComparison.Ordinal))
            {
                OverflowChains.Add(chain.Name[overflow.Length..]);
            }
            else if (
                chain.Name.StartsWith(marked, StringComparison.Ordinal)
                && byte.TryParse(chain.Name.AsSpan(marked.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            )
            {
                var key = chain.ClassKey(_direction);
                Chains[number] = Chains.TryGetValue(number, out var other) && other != key ? null : key;
            }
        }

        foreach (var number in Chains.Keys.ToArray())
        {
            if (_kernel.Families.Values.Any(family => !family.Mangle.Chains.ContainsKey(Names.Class(_direction, number))))
            {
                Chains[number] = null;
            }
        }
    }
}
