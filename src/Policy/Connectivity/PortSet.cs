using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// A set of ports of TCP, UDP and SCTP, with exact algebra. Held as sorted ranges that neither overlap nor touch, so that equal sets
/// are equal values.
/// </summary>
public sealed class PortSet : IEquatable<PortSet>
{
    /// <summary>Highest port number; the lowest is 1.</summary>
    public const int MaxPort = 65535;

    // A port is number + protocol * Stride. There is no port 0, so ranges of two protocols never touch.
    private const int Stride = MaxPort + 1;
    private readonly ImmutableArray<(int First, int Last)> _ranges;

    private PortSet(IEnumerable<(int First, int Last)> ranges) => _ranges = Merge(ranges);

    /// <summary>The protocols, in the order in which sets are listed.</summary>
    public static ImmutableArray<string> Protocols { get; } = ["TCP", "UDP", "SCTP"];

    /// <summary>No port.</summary>
    public static PortSet Empty { get; } = new([]);

    /// <summary>Every port of every protocol.</summary>
    public static PortSet All { get; } = new(Protocols.Select((_, i) => ((i * Stride) + 1, (i * Stride) + MaxPort)));

    /// <summary>Whether there is no port in the set.</summary>
    public bool IsEmpty => _ranges.IsEmpty;

    /// <summary>Whether every port of every protocol is in the set.</summary>
    public bool IsAll => Equals(All);

    /// <summary>The ports, by protocol and number.</summary>
    public IEnumerable<PortSpan> Spans =>
        _ranges.Select(range => new PortSpan(Protocols[range.First / Stride], range.First % Stride, range.Last % Stride));

    /// <summary>Ports from a first to a last one; none when the protocol is unknown, or no number of the range is a port.</summary>
    public static PortSet Create(string protocol, int first, int last)
    {
        var number = Protocols.IndexOf(protocol);
        (first, last) = (Math.Max(first, 1), Math.Min(last, MaxPort));
        return number < 0 || first > last ? Empty : new([((number * Stride) + first, (number * Stride) + last)]);
    }

    /// <summary>One port.</summary>
    public static PortSet Create(string protocol, int port) => Create(protocol, port, port);

    /// <summary>The ports that are in any of the sets.</summary>
    public static PortSet Union(IEnumerable<PortSet> sets) => new(sets.SelectMany(set => set._ranges));

    /// <summary>The ports that are in either set.</summary>
    public PortSet Union(PortSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(_ranges.Concat(other._ranges));
    }

    /// <summary>The ports that are in both sets.</summary>
    public PortSet Intersect(PortSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            from own in _ranges
            from its in other._ranges
            let common = (First: Math.Max(own.First, its.First), Last: Math.Min(own.Last, its.Last))
            where common.First <= common.Last
            select common
        );
    }

    /// <summary>The ports of this set that are not in the other.</summary>
    public PortSet Except(PortSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        IEnumerable<(int First, int Last)> left = _ranges;
        foreach (var hole in other._ranges)
        {
            left = left.SelectMany(range => Cut(range, hole)).ToList();
        }

        return new(left);
    }

    /// <summary>Whether the port is in the set.</summary>
    public bool Contains(string protocol, int port)
    {
        var sought = (Protocols.IndexOf(protocol) * Stride) + port;
        return port is >= 1 and <= MaxPort && _ranges.Any(range => range.First <= sought && sought <= range.Last);
    }

    /// <inheritdoc/>
    public bool Equals(PortSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PortSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _ranges.Aggregate(0, HashCode.Combine);

    /// <summary>The ports as people write them: <c>80/TCP, 53/UDP</c>, <c>every port</c>, <c>no port</c>.</summary>
    public override string ToString() =>
        IsEmpty ? "no port"
        : IsAll ? "every port"
        : string.Join(", ", Spans);

    private static IEnumerable<(int First, int Last)> Cut((int First, int Last) range, (int First, int Last) hole)
    {
        if (hole.Last < range.First || range.Last < hole.First)
        {
            yield return range;
            yield break;
        }

        if (range.First < hole.First)
        {
            yield return (range.First, hole.First - 1);
        }

        if (hole.Last < range.Last)
        {
            yield return (hole.Last + 1, range.Last);
        }
    }

    private static ImmutableArray<(int First, int Last)> Merge(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }
}

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

/// <summary>
/// Sets of ports by number, each once, and their sums and common parts, each computed once: a cluster has many pairs of pods and few
/// different sets.
/// </summary>
internal sealed class PortSetPool
{
    /// <summary>Number of the empty set.</summary>
    public const int Empty = 0;

    /// <summary>Number of the set of all ports.</summary>
    public const int All = 1;

    private readonly List<PortSet> _sets = [PortSet.Empty, PortSet.All];
    private readonly Dictionary<PortSet, int> _numbers = new() { [PortSet.Empty] = Empty, [PortSet.All] = All };
    private readonly Dictionary<(int, int), int> _unions = [];
    private readonly Dictionary<(int, int), PortSet> _common = [];

    public PortSet this[int number] => _sets[number];

    /// <summary>Number of the set.</summary>
    public int Add(PortSet set)
    {
        if (!_numbers.TryGetValue(set, out var number))
        {
            _numbers[set] = number = _sets.Count;
            _sets.Add(set);
        }

        return number;
    }

    /// <summary>Number of the union of two sets.</summary>
    public int Union(int left, int right)
    {
        if (left == right || right == Empty)
        {
            return left;
        }

        if (left == Empty)
        {
            return right;
        }

        var key = (Math.Min(left, right), Math.Max(left, right));
        if (!_unions.TryGetValue(key, out var union))
        {
            _unions[key] = union = Add(_sets[left].Union(_sets[right]));
        }

        return union;
    }

    /// <summary>What both sides let pass.</summary>
    public PortSet Both((int Egress, int Ingress) sides)
    {
        if (!_common.TryGetValue(sides, out var common))
        {
            _common[sides] = common = _sets[sides.Egress].Intersect(_sets[sides.Ingress]);
        }

        return common;
    }
}
