using System.Runtime.InteropServices;

namespace Palisade.Dataplane;

/// <summary>Ports from a first to a last one, inclusive.</summary>
/// <param name="First">First port.</param>
/// <param name="Last">Last port.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>Slots that it takes in a multiport match.</summary>
    public int Slots => First == Last ? 1 : 2;

    /// <summary>Sorts, and joins ranges that overlap or touch.</summary>
    public static IReadOnlyList<PortRange> Merge(IEnumerable<PortRange> ranges)
    {
        var merged = new List<PortRange>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    /// <summary>Whether the port is in the range.</summary>
    public bool Contains(int port) => First <= port && port <= Last;

    /// <summary>The range as iptables writes it.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}:{Last}";
}
