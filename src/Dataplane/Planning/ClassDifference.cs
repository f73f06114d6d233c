using System.Collections.Immutable;
using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>Compares the wanted classes of addresses with the class maps that the kernel holds.</summary>
internal sealed class ClassDifference(Ruleset ruleset, Placement placement, KernelState kernel, IpFamily family, SetPhases phases)
{
    /// <summary>Sorts the commands for both directions into phases.</summary>
    public void Add(SetDifference sets)
    {
        var egress = Compare(Direction.Egress, sets);
        var ingress = Compare(Direction.Ingress, sets);
        var bothMove = egress.Count > 0 && ingress.Count > 0;
        phases.Hold.AddRange(
            egress
                .Concat(ingress)
                .Where(move => move.NeedsHold || (bothMove && move.Put.Name == Names.ClassMap(family, Direction.Ingress)))
                .Select(move => move.Put with { Class = ClassNumber.Held })
        );
        phases.Move.AddRange(egress.Concat(ingress).Select(move => move.Put));
    }

    private List<(PutEntry Put, bool NeedsHold)> Compare(Direction direction, SetDifference sets)
    {
        var name = Names.ClassMap(family, direction);
        var wanted = Wanted(direction);
        var kind = ruleset.Options.UsesMarks ? SetKind.Classes : SetKind.Addresses;
        var live = sets.Ensure(name, kind, wanted.Count);
        var held =
            kernel.Sets.GetValueOrDefault(name) is { } set && set.Kind == kind ? set.Entries : ImmutableDictionary<SetEntry, byte>.Empty;
        var missing = wanted.FindAll(item => !held.ContainsKey(item.Entry));
        if (held.Count > wanted.Count - missing.Count)
        {
            var forget = live ? phases.Forget : phases.Prepare;
            forget.AddRange(
                held.Keys.Except(wanted.Select(item => item.Entry)).Order().Select(entry => new RemoveEntry(name, family, kind, entry))
            );
        }

        var admit = live ? phases.Admit : phases.Prepare;
        admit.AddRange(missing.OrderBy(item => item.Entry).Select(item => new PutEntry(name, family, kind, item.Entry, item.Number)));
        var moves = new List<(PutEntry, bool)>();
        var moved = wanted.FindAll(item => held.TryGetValue(item.Entry, out var now) && IsMoved(direction, item, now));
        foreach (var (entry, number, _) in moved.OrderBy(item => item.Entry))
        {
            Move(new PutEntry(name, family, kind, entry, number), held[entry], live, moves);
        }

        return moves;
    }

    private bool IsMoved(Direction direction, (SetEntry Entry, byte Number, string? Key) wanted, byte now) =>
        now != wanted.Number || (wanted.Number == ClassNumber.Overflow && !IsInOverflow(direction, wanted.Key!, wanted.Entry));

    private void Move(PutEntry put, byte now, bool live, List<(PutEntry Put, bool NeedsHold)> moves)
    {
        if (live)
        {
            var throughOverflow = now == ClassNumber.Overflow || put.Class == ClassNumber.Overflow;
            moves.Add((put, throughOverflow && now != ClassNumber.Held));
        }
        else
        {
            phases.Prepare.Add(put);
        }
    }

    private bool IsInOverflow(Direction direction, string key, SetEntry entry) =>
        kernel.Sets.TryGetValue(Names.OverflowSet(family, direction, key), out var set) && set.Entries.ContainsKey(entry);

    /// <summary>Each address once, as the compiler sees to, with the number and the key of its class.</summary>
    private List<(SetEntry Entry, byte Number, string? Key)> Wanted(Direction direction)
    {
        var wanted = new List<(SetEntry, byte, string?)>(ruleset.Pods.Length);
        foreach (var pod in ruleset.Pods)
        {
            var key = pod.ClassIn(direction);
            var number = ruleset.Options.UsesMarks ? placement.NumberOf(direction, key) : (byte)0;
            foreach (var address in pod.Addresses)
            {
                if (address.Family == family)
                {
                    wanted.Add((SetEntry.From(address), number, key));
                }
            }
        }

        return wanted;
    }
}
