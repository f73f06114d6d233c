using System.Collections.Immutable;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>
/// Gives each class of one direction a number. A number that means this class already is kept. Otherwise, if every pod that has
/// some number is to be of this class, the class can take that number over in place: its chain changes in the transaction that
/// changes all others, and no set entry has to. That must hold for all pods at once; where it does not, new classes get numbers
/// that no pod has, and pods are moved one by one, while the old chains stay as they are.
/// </summary>
internal sealed class ClassPlacer
{
    private readonly Ruleset _ruleset;
    private readonly Direction _direction;
    private readonly KernelClasses _kernel;
    private readonly PodClass[] _classes;
    private readonly Dictionary<IpAddress, string?> _wanted = [];

    public ClassPlacer(Ruleset ruleset, Direction direction, KernelClasses kernel)
    {
        (_ruleset, _direction, _kernel) = (ruleset, direction, kernel);
        _classes = [.. ruleset.Classes.Where(pods => pods.Direction == direction)];
        foreach (var pod in ruleset.Pods)
        {
            foreach (var address in pod.Addresses)
            {
                _wanted[address] = pod.ClassIn(direction);
            }
        }
    }

    /// <summary>Slots by key, with numbers taken over in place where possible.</summary>
    public Dictionary<string, ClassSlot> PlaceInPlace() => Place(TakeOver(Kept()));

    /// <summary>Slots by key, with no number taken over that some pod has.</summary>
    public Dictionary<string, ClassSlot> PlaceAside() => Place(Kept());

    /// <summary>Whether some known pod would have to be moved to another number or overflow set.</summary>
    public bool Moves(Dictionary<string, ClassSlot> slots) => _kernel.Numbers.Any(item => IsMoved(item.Key, item.Value, slots));

    /// <summary>Slots of the kernel that are none of these.</summary>
    public IEnumerable<ClassSlot> Others(Dictionary<string, ClassSlot> slots)
    {
        var taken = slots.Values.Select(slot => slot.ChainName).ToHashSet(StringComparer.Ordinal);
        var numbered = _kernel
            .Chains.Where(chain => chain.Value is not null)
            .Select(chain => new ClassSlot(_direction, chain.Key, chain.Value!, null));
        var overflow = _kernel.OverflowChains.Select(key => new ClassSlot(_direction, ClassNumber.Overflow, key, null));
        return numbered.Concat(overflow).Where(slot => !taken.Contains(slot.ChainName));
    }

    /// <summary>Whether some address of the kernel's has the slot.</summary>
    public bool IsInUse(ClassSlot slot) =>
        slot.IsOverflow ? _kernel.OverflowKeys.ContainsValue(slot.Key) : _kernel.NumbersInUse.Contains(slot.Number);

    private bool IsMoved(IpAddress address, byte number, Dictionary<string, ClassSlot> slots)
    {
        if (!_wanted.TryGetValue(address, out var key))
        {
            return false;
        }

        if (!_ruleset.Options.UsesMarks)
        {
            return _kernel.OverflowKeys.GetValueOrDefault(address) != (key ?? Names.OpenKey);
        }

        var slot = key is null ? null : slots[key];
        if (number != (slot?.Number ?? ClassNumber.Open))
        {
            return true;
        }

        return slot is { IsOverflow: true } && _kernel.OverflowKeys.GetValueOrDefault(address) != key;
    }

    private Dictionary<string, byte> Kept()
    {
        var kept = new Dictionary<string, byte>(StringComparer.Ordinal);
        var wanted = _classes.Select(pods => pods.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (number, key) in _kernel.Chains)
        {
            if (key is not null && wanted.Contains(key) && IsMarkable(number))
            {
                kept.TryAdd(key, number);
            }
        }

        return kept;
    }

    private Dictionary<string, byte> TakeOver(Dictionary<string, byte> kept)
    {
        var taken = kept.Values.ToHashSet();
        var successors = new SortedDictionary<byte, HashSet<string?>>();
        foreach (var (address, number) in _kernel.Numbers)
        {
            if (IsMarkable(number) && !taken.Contains(number) && _wanted.TryGetValue(address, out var key))
            {
                (successors.TryGetValue(number, out var keys) ? keys : successors[number] = []).Add(key);
            }
        }

        foreach (var (number, keys) in successors)
        {
            if (keys.Count == 1 && keys.Single() is { } heir)
            {
                kept.TryAdd(heir, number);
            }
        }

        return kept;
    }

    private Dictionary<string, ClassSlot> Place(Dictionary<string, byte> numbers)
    {
        var unavailable = _kernel.NumbersInUse.Concat(numbers.Values).ToHashSet();
        var free = new Queue<byte>(
            Enumerable
                .Range(ClassNumber.FirstMarked, _ruleset.Options.MarkedClasses)
                .Select(n => (byte)n)
                .Where(n => !unavailable.Contains(n))
        );
        var slots = new Dictionary<string, ClassSlot>(StringComparer.Ordinal);
        foreach (var pods in _classes)
        {
            var number =
                numbers.TryGetValue(pods.Key, out var own) ? own
                : free.TryDequeue(out var next) ? next
                : ClassNumber.Overflow;
            slots[pods.Key] = new ClassSlot(_direction, number, pods.Key, pods);
        }

        return slots;
    }

    private bool IsMarkable(byte number) =>
        number >= ClassNumber.FirstMarked && number < ClassNumber.FirstMarked + _ruleset.Options.MarkedClasses;
}

/// <summary>Where each class is found, and where the kernel still has others.</summary>
/// <param name="Slots">Slots of the ruleset's classes, by direction and key.</param>
/// <param name="Lingering">Slots of the kernel's that still have pods in them and that the ruleset has no use for.</param>
/// <param name="Unused">Slots of the kernel's without pods that the ruleset has no use for.</param>
internal sealed record Placement(
    IReadOnlyDictionary<(Direction Direction, string Key), ClassSlot> Slots,
    ImmutableArray<ClassSlot> Lingering,
    ImmutableArray<ClassSlot> Unused
)
{
    public ImmutableArray<ClassSlot> WithLingering => [.. Slots.Values, .. Lingering];

    public ImmutableArray<ClassSlot> WithAll => [.. Slots.Values, .. Lingering, .. Unused];

    /// <summary>Number of the pods of the class; null is the class of pods that are not isolated.</summary>
    public byte NumberOf(Direction direction, string? key) => key is null ? ClassNumber.Open : Slots[(direction, key)].Number;
}
