using Palisade.Policy.Net;

namespace Palisade.Dataplane.Kernel;

/// <summary>A set as the kernel holds it. Changed in place, as the kernel's is: sets may have 100,000 entries.</summary>
public sealed class KernelSet(string name, IpFamily family, SetKind? kind, int maxEntries)
{
    private readonly Dictionary<SetEntry, byte> _entries = [];
    private long _writes;

    // What the set holds after so many writes: lets an unchanged set be passed over, and a changed one be compared in order.
    private AddressSet? _expected;
    private long _expectedAfter;

    /// <summary>Name of the set.</summary>
    public string Name { get; set; } = name;

    /// <summary>Family of the addresses.</summary>
    public IpFamily Family { get; } = family;

    /// <summary>Type of the set; null for one that the layout does not use.</summary>
    public SetKind? Kind { get; } = kind;

    /// <summary>Most entries that it takes.</summary>
    public int MaxEntries { get; } = maxEntries;

    /// <summary>Whether it holds what the layout never puts there: it is then recreated, with the entries that are known.</summary>
    public bool HasForeignEntries { get; set; }

    /// <summary>Its entries, each with its class; the class is 0 in sets that have none.</summary>
    public IReadOnlyDictionary<SetEntry, byte> Entries => _entries;

    /// <summary>Adds an entry, or gives one that is there another class.</summary>
    public void Put(SetEntry entry, byte number = 0)
    {
        _entries[entry] = number;
        _writes++;
    }

    /// <summary>Removes an entry, if it is there.</summary>
    public void Remove(SetEntry entry)
    {
        _entries.Remove(entry);
        _writes++;
    }

    /// <summary>What has to go from the set and what has to come, in order, so that it holds what is wanted.</summary>
    internal (IReadOnlyList<SetEntry> Surplus, IReadOnlyList<SetEntry> Missing) DifferenceTo(AddressSet wanted)
    {
        var isKnown = _expected is not null && _expectedAfter == _writes;
        if (isKnown && ReferenceEquals(_expected, wanted))
        {
            return ([], []);
        }

        var (surplus, missing) = isKnown ? InOrder(_expected!.Entries.AsSpan(), wanted.Entries.AsSpan()) : ByLookup(wanted);
        (_expected, _expectedAfter) = (wanted, _writes + surplus.Count + missing.Count);
        return (surplus, missing);
    }

    private static (List<SetEntry>, List<SetEntry>) InOrder(ReadOnlySpan<SetEntry> held, ReadOnlySpan<SetEntry> wanted)
    {
        var (surplus, missing) = (new List<SetEntry>(), new List<SetEntry>());
        var (left, right) = (0, 0);
        while (left < held.Length || right < wanted.Length)
        {
            var order =
                left == held.Length ? 1
                : right == wanted.Length ? -1
                : held[left].CompareTo(wanted[right]);
            if (order < 0)
            {
                surplus.Add(held[left]);
            }
            else if (order > 0)
            {
                missing.Add(wanted[right]);
            }

            left += order <= 0 ? 1 : 0;
            right += order >= 0 ? 1 : 0;
        }

        return (surplus, missing);
    }

    private (List<SetEntry>, List<SetEntry>) ByLookup(AddressSet wanted)
    {
        var missing = wanted.Entries.Where(entry => !_entries.ContainsKey(entry)).ToList();
        var held = wanted.Entries.Length - missing.Count;
        return held == _entries.Count ? ([], missing) : ([.. _entries.Keys.Except(wanted.Entries).Order()], missing);
    }
}
