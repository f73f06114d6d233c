using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Adds an entry, or gives one that is there another class in place, so that it is never missing in between.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of the address.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Class">Its class; 0 in sets that have none.</param>
public sealed record PutEntry(string Name, IpFamily Family, SetKind Kind, SetEntry Entry, byte Class = 0) : SetCommand(Name);
