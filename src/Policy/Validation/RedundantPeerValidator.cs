using FluentValidation;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>Warns of peers that let in nothing that another peer of their rule does not, and of exceptions another peer undoes.</summary>
internal sealed class RedundantPeerValidator : AbstractValidator<DocumentRule>
{
    /// <summary>How many blocks that contain a block are looked at, so that the time does not grow with their square.</summary>
    private const int Neighbours = 8;

    public RedundantPeerValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        if (rule.Peers.Length > 1)
        {
            CheckKeys(rule, context);
            CheckBlocks(rule, context);
        }
    }

    /// <summary>Peers by labels, by the canonical form of their selectors.</summary>
    private static void CheckKeys(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        var first = new Dictionary<(string, string), int>();
        for (var i = 0; i < rule.Peers.Length; i++)
        {
            if (rule.Peers[i].Key is { } key && !first.TryAdd(key, i))
            {
                Duplicate(rule, i, first[key], context);
            }
        }

        for (var i = 0; i < rule.Peers.Length; i++)
        {
            if (rule.Peers[i].Key is not var (namespaces, pods) || !rule.Peers[i].HasSelectors || first[(namespaces, pods)] != i)
            {
                continue;
            }

            (string, string)[] wider =
            [
                (namespaces, LabelSelectorKey.Everything),
                (LabelSelectorKey.Everything, pods),
                (LabelSelectorKey.Everything, LabelSelectorKey.Everything),
            ];
            var by = wider.Where(w => w != (namespaces, pods) && first.ContainsKey(w)).Select(w => first[w]).DefaultIfEmpty(-1).First();
            if (by >= 0)
            {
                Covered(rule, i, by, context);
            }
        }
    }

    private static void CheckBlocks(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        var blocks = new List<(int Index, DocumentBlock Block, Cidr Cidr)>();
        for (var i = 0; i < rule.Peers.Length; i++)
        {
            // A cidr that is none has its error; what was meant by it is nothing to warn of.
            if (rule.Peers[i].Block is { Cidr: { Meant: { } cidr, Error: null or { Kind: CidrErrorKind.HostBits } } } block)
            {
                blocks.Add((i, block, cidr));
            }
        }

        blocks.Sort((left, right) => left.Cidr.CompareTo(right.Cidr) is not 0 and var order ? order : left.Index.CompareTo(right.Index));
        var overlapping = CheckNesting(rule, blocks, context);
        if (overlapping.Count > 0)
        {
            CheckUndone(rule, overlapping, context);
        }
    }

    /// <summary>Walks the blocks in order, so that those that contain a block stand on a stack when it comes; returns all that overlap.</summary>
    private static SortedDictionary<int, DocumentBlock> CheckNesting(
        DocumentRule rule,
        List<(int Index, DocumentBlock Block, Cidr Cidr)> blocks,
        ValidationContext<DocumentRule> context
    )
    {
        var overlapping = new SortedDictionary<int, DocumentBlock>();
        var containing = new List<(int Index, DocumentBlock Block, Cidr Cidr)>();
        foreach (var block in blocks)
        {
            while (containing.Count > 0 && !containing[^1].Cidr.Contains(block.Cidr))
            {
                containing.RemoveAt(containing.Count - 1);
            }

            for (var i = containing.Count - 1; i >= Math.Max(0, containing.Count - Neighbours); i--)
            {
                overlapping[block.Index] = block.Block;
                overlapping[containing[i].Index] = containing[i].Block;
                if (containing[i].Block.Addresses.Covers(block.Block.Addresses))
                {
                    var same = containing[i].Block.Addresses.Equals(block.Block.Addresses);
                    Action<DocumentRule, int, int, ValidationContext<DocumentRule>> report = same ? Duplicate : Covered;
                    report(rule, block.Index, containing[i].Index, context);
                    break;
                }
            }

            containing.Add(block);
        }

        return overlapping;
    }

    /// <summary>A block lets in nothing of its own exceptions, so what the union of all lets in of them is another's doing.</summary>
    private static void CheckUndone(
        DocumentRule rule,
        SortedDictionary<int, DocumentBlock> overlapping,
        ValidationContext<DocumentRule> context
    )
    {
        var allowed = CidrSet.Union(overlapping.Values.Select(block => block.Addresses));
        var owners = new RangeOwners(
            overlapping.SelectMany(item => item.Value.Addresses.Ranges.ToArray().Select(range => (range, item.Key)))
        );
        foreach (var block in overlapping.Values)
        {
            var undone = block.Except.ToArray().OfType<Cidr>().Where(allowed.Overlaps).ToList();
            if (undone.Count > 0)
            {
                var by = owners.OfOneThatOverlaps(AddressRange.From(undone[0]))!.Value;
                context.AddWarning(
                    FindingCodes.ExceptUndone,
                    $"{block.Path}.except",
                    null,
                    $"{Text.List(undone.Select(c => $"\"{c}\""))} is allowed again by {Item(rule, by)}: except does not deny, so repeat it there"
                );
            }
        }
    }

    private static void Duplicate(DocumentRule rule, int index, int by, ValidationContext<DocumentRule> context) =>
        context.AddWarning(FindingCodes.PeerDuplicate, rule.Peers[index].Path, null, $"is the same as {Item(rule, by)}: remove it");

    private static void Covered(DocumentRule rule, int index, int by, ValidationContext<DocumentRule> context) =>
        context.AddWarning(
            FindingCodes.PeerCovered,
            rule.Peers[index].Path,
            null,
            $"is already covered by {Item(rule, by)}: remove one of them"
        );

    private static string Item(DocumentRule rule, int index)
    {
        var cidr = rule.Peers[index].Block is { } block ? $" \"{block.Cidr.Text}\"" : "";
        return $"{(rule.Direction == Directions.Ingress ? "from" : "to")}[{index}]{cidr}";
    }
}

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
