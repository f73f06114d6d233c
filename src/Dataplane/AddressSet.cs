using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>A set that the kernel has to hold, with exactly these entries.</summary>
/// <param name="Name">Name, at most 31 characters, different for each family.</param>
/// <param name="Family">Family of the addresses; for ports, of the packets.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Meaning">What the entries are, human-readable: the selectors, the port's name.</param>
/// <param name="Entries">The entries, in order, each once.</param>
public sealed record AddressSet(string Name, IpFamily Family, SetKind Kind, string Meaning, ImmutableArray<SetEntry> Entries);
