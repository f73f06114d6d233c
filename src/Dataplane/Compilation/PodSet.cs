using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>
/// A set of pods' addresses, or of their addresses with ports, for both families, kept up to date as pods change. Every address
/// belongs to one pod, so that entries of different pods are never the same.
/// </summary>
/// <param name="rest">Name without the family.</param>
/// <param name="meaning">What the entries are; human-readable.</param>
/// <param name="selection">Whose addresses.</param>
/// <param name="port">The port whose number each entry has; null: none.</param>
internal sealed class PodSet(string rest, string meaning, IPodSelection selection, NamedPort? port)
{
    private AddressSet? _four;
    private AddressSet? _six;

    /// <summary>Type of the set.</summary>
    public SetKind Kind => port is null ? SetKind.Addresses : SetKind.AddressPorts;

    /// <summary>The set as it has to be now; the same object until it changes.</summary>
    public AddressSet Of(IpFamily family, PodIndex pods)
    {
        if (_four is null || _six is null)
        {
            var (four, six) = Entries(selection.FindIn(pods));
            (_four, _six) = (New(IpFamily.IPv4, [.. four]), New(IpFamily.IPv6, [.. six]));
        }

        return family == IpFamily.IPv4 ? _four : _six;
    }

    /// <summary>Takes over changes of pods.</summary>
    public void Update(PodChanges changes)
    {
        if (_four is null || _six is null)
        {
            return;
        }

        var (fourLeft, sixLeft) = Entries(changes.Left.Where(selection.Matches));
        var (fourJoined, sixJoined) = Entries(changes.Joined.Where(selection.Matches));
        _four = Update(_four, fourLeft, fourJoined);
        _six = Update(_six, sixLeft, sixJoined);
    }

    private (List<SetEntry> Four, List<SetEntry> Six) Entries(IEnumerable<IndexedPod> members)
    {
        var (four, six) = (new List<SetEntry>(), new List<SetEntry>());
        foreach (var pod in members)
        {
            foreach (var address in pod.Addresses.Where(selection.Includes))
            {
                var entries = address.Family == IpFamily.IPv4 ? four : six;
                if (port is null)
                {
                    entries.Add(SetEntry.From(address));
                }
                else
                {
                    var number = Protocols.Number(port.Protocol)!.Value;
                    entries.AddRange(
                        pod.Pod.PortsNamed(port.Name, port.Protocol).Distinct().Select(each => SetEntry.From(address, number, each))
                    );
                }
            }
        }

        four.Sort();
        six.Sort();
        return (four, six);
    }

    private static AddressSet Update(AddressSet set, List<SetEntry> left, List<SetEntry> joined)
    {
        if (left.SequenceEqual(joined))
        {
            return set;
        }

        // All three are sorted, and what left was in the set.
        var entries = ImmutableArray.CreateBuilder<SetEntry>(set.Entries.Length - left.Count + joined.Count);
        var (gone, next) = (0, 0);
        foreach (var entry in set.Entries)
        {
            if (gone < left.Count && left[gone] == entry)
            {
                gone++;
                continue;
            }

            for (; next < joined.Count && joined[next] < entry; next++)
            {
                entries.Add(joined[next]);
            }

            entries.Add(entry);
        }

        entries.AddRange(joined.Skip(next));
        return set with { Entries = entries.DrainToImmutable() };
    }

    private AddressSet New(IpFamily family, ImmutableArray<SetEntry> entries) =>
        new(Names.Set(family, rest), family, Kind, meaning, entries);
}
