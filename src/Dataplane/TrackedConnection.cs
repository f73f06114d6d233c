using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>A connection as its first packet passed FORWARD: after the destination was translated, before the source is.</summary>
/// <param name="Source">Who opened it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="Port">Destination port; 0 for protocols without.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrackedConnection(IpAddress Source, IpAddress Destination, byte Protocol, int Port);
