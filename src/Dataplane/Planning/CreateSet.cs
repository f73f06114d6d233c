using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Creates a set.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of its addresses.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="MaxEntries">Most entries that it takes.</param>
public sealed record CreateSet(string Name, IpFamily Family, SetKind Kind, int MaxEntries) : SetCommand(Name);
