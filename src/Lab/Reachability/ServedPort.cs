using System.Runtime.InteropServices;
using Palisade.Lab.Probes;

namespace Palisade.Lab.Reachability;

/// <summary>A port that an endpoint serves; ordered by number, then protocol.</summary>
/// <param name="Number">Number of the port.</param>
/// <param name="Protocol">Its protocol.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ServedPort(int Number, ProbeProtocol Protocol) : IComparable<ServedPort>
{
    /// <inheritdoc/>
    public int CompareTo(ServedPort other) => (Number, Protocol).CompareTo((other.Number, other.Protocol));

    /// <summary>Whether the left port comes before the right one.</summary>
    public static bool operator <(ServedPort left, ServedPort right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left port comes after the right one.</summary>
    public static bool operator >(ServedPort left, ServedPort right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left port does not come after the right one.</summary>
    public static bool operator <=(ServedPort left, ServedPort right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left port does not come before the right one.</summary>
    public static bool operator >=(ServedPort left, ServedPort right) => left.CompareTo(right) >= 0;

    /// <summary>The number alone for TCP, as most are; <c>53/udp</c> for the others.</summary>
    public override string ToString() =>
        Protocol switch
        {
            ProbeProtocol.Tcp => $"{Number}",
            ProbeProtocol.Udp => $"{Number}/udp",
            _ => $"{Number}/sctp",
        };
}
