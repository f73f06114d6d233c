using System.Net;

namespace Palisade.Lab.Probes;

/// <summary>Where a probe goes.</summary>
/// <param name="Address">Address of the server.</param>
/// <param name="Port">Port of the server.</param>
/// <param name="Protocol">Transport protocol.</param>
public readonly record struct ProbeTarget(IPAddress Address, int Port, ProbeProtocol Protocol = ProbeProtocol.Tcp)
{
    /// <summary>Address and port as one endpoint.</summary>
    public IPEndPoint EndPoint => new(Address, Port);

    /// <inheritdoc/>
    public override string ToString() => $"{EndPoint}/{Protocol}";
}
