namespace Palisade.Policy.Connectivity;

/// <summary>Connections from one end to another that only one of two snapshots allows.</summary>
/// <param name="Source">Who opens them; as in the snapshot that allows them, but addresses outside put together.</param>
/// <param name="Destination">To whom; likewise.</param>
/// <param name="Ports">The ports.</param>
public sealed record ConnectivityChange(ConnectivityEnd Source, ConnectivityEnd Destination, PortSet Ports);
