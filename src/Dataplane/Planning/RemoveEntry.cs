using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Removes an entry.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of the address.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Entry">The entry.</param>
public sealed record RemoveEntry(string Name, IpFamily Family, SetKind Kind, SetEntry Entry) : SetCommand(Name);
