using System.Globalization;
using System.Runtime.InteropServices;

namespace Palisade.Policy.Connectivity;

/// <summary>Ports of one protocol from a first to a last one, inclusive.</summary>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="First">First port.</param>
/// <param name="Last">Last port.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PortSpan(string Protocol, int First, int Last)
{
    /// <summary>The span as people write it: <c>80/TCP</c>, <c>8000-8100/TCP</c>, <c>every UDP port</c>.</summary>
    public override string ToString() =>
        (First, Last) switch
        {
            (1, PortSet.MaxPort) => $"every {Protocol} port",
            _ when First == Last => string.Create(CultureInfo.InvariantCulture, $"{First}/{Protocol}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}/{Protocol}"),
        };
}
