namespace Palisade.Policy.Connectivity;

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
