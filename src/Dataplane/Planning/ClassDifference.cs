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
        var live = sets.Ensure(name, family, kind, wanted.Count);
        var held =
            kernel.Sets.GetValueOrDefault(name) is { } set && set.Kind == kind ? set.Entries : ImmutableDictionary<SetEntry, byte>.Empty;
        var forget = live ? phases.Forget : phases.Prepare;
        forget.AddRange(
            held.Keys.Where(entry => !wanted.ContainsKey(entry)).Order().Select(entry => new RemoveEntry(name, family, kind, entry))
        );

        var moves = new List<(PutEntry, bool)>();
        foreach (var (entry, (number, key)) in wanted)
        {
            var put = new PutEntry(name, family, kind, entry, number);
            if (!held.TryGetValue(entry, out var now))
            {
                (live ? phases.Admit : phases.Prepare).Add(put);
            }
            else if (now != number || (number == ClassNumber.Overflow && !IsInOverflow(direction, key!, entry)))
            {
                Move(put, now, live, moves);
            }
        }

        return moves;
    }

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

    private SortedDictionary<SetEntry, (byte Number, string? Key)> Wanted(Direction direction)
    {
        var wanted = new SortedDictionary<SetEntry, (byte, string?)>();
        foreach (var pod in ruleset.Pods)
        {
            var key = pod.ClassIn(direction);
            foreach (var address in pod.Addresses.Where(address => address.Family == family))
            {
                wanted[SetEntry.Of(address)] = (ruleset.Options.UsesMarks ? placement.NumberOf(direction, key) : (byte)0, key);
            }
        }

        return wanted;
    }
}
