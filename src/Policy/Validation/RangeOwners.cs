using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>Finds one of many ranges, which may overlap each other, that overlaps a given one, without looking at all of them.</summary>
internal sealed class RangeOwners
{
    private readonly (AddressRange Range, int Owner)[] _ranges;

    // At each place, which of the ranges up to there ends last.
    private readonly int[] _furthest;

    public RangeOwners(IEnumerable<(AddressRange Range, int Owner)> ranges)
    {
        _ranges = [.. ranges.OrderBy(item => item.Range, Comparer<AddressRange>.Create(AddressRange.CompareStart))];
        _furthest = new int[_ranges.Length];
        for (var i = 1; i < _ranges.Length; i++)
        {
            var before = _furthest[i - 1];
            _furthest[i] = _ranges[before].Range.EndsNoLaterThan(_ranges[i].Range) ? i : before;
        }
    }

    /// <summary>Owner of a range that overlaps the given one; null when none does.</summary>
    public int? OfOneThatOverlaps(AddressRange sought)
    {
        var (low, high) = (0, _ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (AddressRange.CompareStart(_ranges[middle].Range, sought) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        // What begins no later overlaps when it ends late enough; what begins later, when it begins early enough.
        int[] candidates = [.. low > 0 ? [_furthest[low - 1]] : Array.Empty<int>(), .. low < _ranges.Length ? [low] : Array.Empty<int>()];
        return candidates.Where(i => _ranges[i].Range.Overlaps(sought)).Select(i => (int?)_ranges[i].Owner).FirstOrDefault();
    }
}
