namespace Palisade.Policy.Connectivity;

/// <summary>What is the same end in two analyses.</summary>
/// <param name="Old">In the old one; null when it is not in there.</param>
/// <param name="New">In the new one; null when it is not in there.</param>
internal sealed record EndPair(ConnectivityEnd? Old, ConnectivityEnd? New);
