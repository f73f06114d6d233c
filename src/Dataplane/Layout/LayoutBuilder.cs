using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Layout;

/// <summary>
/// Lays a ruleset out in chains. The mangle table judges, since it comes before filter, where kube-proxy accepts; filter answers
/// what was denied; and whatever is denied and still leaves is dropped in POSTROUTING, so that the denial does not depend on who
/// else has put what into the filter table.
/// </summary>
public sealed class LayoutBuilder
{
    private readonly Ruleset _ruleset;
    private readonly IpFamily _family;
    private readonly MarkLayout _marks;
    private readonly ImmutableArray<ClassSlot> _slots;
    private readonly SortedDictionary<string, Chain> _chains = new(StringComparer.Ordinal);

    private LayoutBuilder(Ruleset ruleset, IpFamily family, ImmutableArray<ClassSlot> slots)
    {
        (_ruleset, _family, _slots) = (ruleset, family, slots);
        _marks = new MarkLayout(ruleset.Options.MarkMask);
    }

    private bool HasPodRanges => _ruleset.PodRanges.Any(range => range.Family == _family);

    private bool Rejects => _ruleset.Options.DenyAction == DenyAction.Reject;

    /// <summary>The rules of the family, with the classes in these slots.</summary>
    public static FamilyLayout Build(Ruleset ruleset, IpFamily family, ImmutableArray<ClassSlot> slots)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        return new LayoutBuilder(ruleset, family, slots).Build();
    }

    private FamilyLayout Build()
    {
        AddForward();
        foreach (var direction in (Direction[])[Direction.Egress, Direction.Ingress])
        {
            AddEntry(direction);
            AddDispatch(direction);
            AddEnds(direction);
        }

        foreach (var slot in _slots)
        {
            AddClass(slot);
        }

        foreach (var chain in _ruleset.Chains)
        {
            Add(chain.Name, [.. chain.Rules(_family).Select(rule => rule.ToString())]);
        }

        AddVerdicts();
        return new FamilyLayout(_family, FilterTable(), new TableLayout(TableLayout.Mangle, [.. _chains.Values], MangleHooks()));
    }

    private void AddForward()
    {
        var rules = new List<string>();
        if (_family == IpFamily.IPv6)
        {
            AddLinkLocal(rules);
        }

        rules.Add("-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN");
        if (_family == IpFamily.IPv6)
        {
            rules.AddRange(LinkControl.NeighborDiscovery(_ruleset.Options.HopLimit));
        }

        // Packets in the middle of a connection that is not tracked: the server's side of one that was cut must not open it again.
        rules.Add($"-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m set --match-set {Names.Cut(_family)} src,src,dst -g {Names.Deny}");
        rules.Add($"-p udp -m set --match-set {Names.Cut(_family)} src,src,dst -g {Names.Deny}");
        Add(Names.Forward, [.. rules, $"-j {Names.Entry(Direction.Egress)}", $"-j {Names.Entry(Direction.Ingress)}"]);
    }

    /// <summary>
    /// Every interface has a link-local address, and over a bridge pods could reach each other by theirs. Connections that are open already are
    /// judged too: tracking does not say of which bridge one is, so they could not be cut.
    /// </summary>
    private void AddLinkLocal(List<string> rules)
    {
        var drops = Enum.GetValues<Direction>().Where(_ruleset.DropsUnknown).ToArray();
        if (drops.Length == 0)
        {
            return;
        }

        rules.AddRange(
            drops.Select(direction => $"{(direction == Direction.Egress ? "-s" : "-d")} {Ruleset.LinkLocal} -j {Names.LinkLocal}")
        );
        var foreign = _ruleset.ForeignBridges.Select(bridge => $"-o {bridge} -j RETURN");
        Add(Names.LinkLocal, [.. foreign, .. LinkControl.LinkLocal(), $"-g {Names.NewPod}"]);
    }

    /// <summary>
    /// What goes to everybody on a link comes to every pod of a bridge, also to those that are isolated, and they may answer. So pods may not
    /// send it, what runs the link apart. Addresses of wider scope come to nobody who did not ask for them.
    /// </summary>
    private void AddCast(List<string> rules)
    {
        var senders = new List<string> { $"-m set --match-set {Names.ClassMap(_family, Direction.Egress)} src -g {Names.NewPod}" };
        if (HasPodRanges)
        {
            senders.Add($"-m set --match-set {Names.PodRanges(_family)} src -g {Names.NewPod}");
        }

        if (_family == IpFamily.IPv4)
        {
            rules.Add($"-d 224.0.0.0/24 -j {Names.Cast}");
            rules.Add($"-d 255.255.255.255/32 -j {Names.Cast}");
        }
        else
        {
            rules.Add($"-d ff02::/16 -j {Names.Cast}");
            senders.Add($"-s {Ruleset.LinkLocal} -j {Names.LinkLocal}");
            senders.Add($"-s {LinkControl.Unspecified} -j {Names.LinkLocal}");
        }

        Add(Names.Cast, [.. senders]);
    }

    /// <summary>The class of the pod at this end, and where to go with it. Whatever leads nowhere is dropped.</summary>
    private void AddEntry(Direction direction)
    {
        var side = direction == Direction.Egress ? "src" : "dst";
        var unknown = $"-m mark --mark {_marks.Of(ClassNumber.Unknown)}";
        var map = Names.ClassMap(_family, direction);
        var rules = new List<string> { $"-j MARK --set-xmark {_marks.Of(0)}" };
        if (_ruleset.Options.UsesMarks)
        {
            rules.Add($"-j SET --map-set {map} {side} --map-mark");
            rules.Add($"-m mark --mark {_marks.Of(ClassNumber.Open)} -g {Names.Ok}");
        }
        else
        {
            rules.Add($"-m set --match-set {map} {side} -j MARK --set-xmark {_marks.Of(ClassNumber.Overflow)}");
        }

        if (direction == Direction.Ingress && _ruleset.DropsUnknown(direction))
        {
            AddCast(rules);
        }

        if (_ruleset.DropsUnknown(direction) && HasPodRanges)
        {
            rules.Add($"{unknown} -m set ! --match-set {Names.PodRanges(_family)} {side} -j RETURN");
            rules.Add($"{unknown} -g {Names.NewPod}");
        }
        else
        {
            rules.Add($"{unknown} -j RETURN");
        }

        if (!_ruleset.Options.UsesMarks || _slots.Any(slot => slot.Direction == direction && slot.IsOverflow))
        {
            rules.Add($"-m mark --mark {_marks.Of(ClassNumber.Overflow)} -g {Names.Overflow(direction)}");
        }

        var nibbles = Numbered(direction).Select(slot => slot.Number >> 4).Distinct().Order();
        rules.AddRange(nibbles.Select(h => $"-m mark --mark {_marks.OfHighNibble(h)} -g {Names.Dispatch(direction, h)}"));
        Add(Names.Entry(direction), [.. rules, "-j DROP"]);
    }

    private void AddDispatch(Direction direction)
    {
        foreach (var half in Numbered(direction).GroupBy(slot => slot.Number >> 4))
        {
            var rules = half.OrderBy(slot => slot.Number).Select(slot => $"-m mark --mark {_marks.Of(slot.Number)} -g {slot.ChainName}");
            Add(Names.Dispatch(direction, half.Key), [.. rules, "-j DROP"]);
        }

        var side = direction == Direction.Egress ? "src" : "dst";
        var overflow = _slots
            .Where(slot => slot.Direction == direction && slot.IsOverflow)
            .OrderBy(slot => slot.Key, StringComparer.Ordinal);
        var lookups = overflow
            .Select(slot => $"-m set --match-set {Names.OverflowSet(_family, direction, slot.Key)} {side} -g {slot.ChainName}")
            .ToList();
        if (!_ruleset.Options.UsesMarks)
        {
            lookups.Insert(0, $"-m set --match-set {Names.OverflowSet(_family, direction, Names.OpenKey)} {side} -g {Names.Ok}");
        }

        if (lookups.Count > 0)
        {
            Add(Names.Overflow(direction), [.. lookups, "-j DROP"]);
        }
    }

    private void AddClass(ClassSlot slot)
    {
        if (slot.Class is not { } pods)
        {
            return;
        }

        var rules = new List<string>();
        foreach (var chain in pods.Chains)
        {
            rules.Add($"-j {chain}");
            rules.Add($"-m mark --mark {_marks.Of(0)} -j RETURN");
        }

        var end = pods.IsAudit ? Names.Audit(slot.Direction) : DenyChain(slot.Direction);
        Add(slot.ChainName, [.. rules, $"-g {end}"]);
    }

    private void AddEnds(Direction direction)
    {
        var letter = direction == Direction.Egress ? "E" : "I";
        if (_ruleset.Options.LogDenials)
        {
            Add(Names.LogDeny(direction), [Hairpin(), Log(letter), $"-g {Names.Deny}"]);
        }

        if (_ruleset.Classes.Any(pods => pods.IsAudit && pods.Direction == direction))
        {
            string[] log = _ruleset.Options.HasPacketLog ? [Log(letter + "A")] : [];
            Add(Names.Audit(direction), [Hairpin(), .. log, $"-g {Names.Ok}"]);
        }
    }

    private void AddVerdicts()
    {
        Add(Names.Ok, [$"-j MARK --set-xmark {_marks.Of(0)}"]);
        Add(Names.NewPod, ["-j DROP"]);
        if (Rejects)
        {
            // ACCEPT ends this table: no later rule of others can change the mark.
            Add(Names.Deny, [Hairpin(), $"-j MARK --set-xmark {_marks.Of(ClassNumber.Held)}", "-j ACCEPT"]);
            Add(Names.Guard, ["-j DROP"]);
        }
        else
        {
            Add(Names.Deny, [Hairpin(), "-j DROP"]);
        }
    }

    private TableLayout FilterTable()
    {
        if (!Rejects)
        {
            return FamilyLayout.Empty(_family).Filter;
        }

        var answer = _family == IpFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
        // Between two pods of one bridge the kernel sends a reset as it is, from the pod's address: who asked for the address of a Service would
        // not know it. An ICMP error goes back through the translation.
        var reset = "-p tcp -m conntrack ! --ctstate DNAT -j REJECT --reject-with tcp-reset";
        // What tracking calls invalid may be a late packet of a connection that is allowed: an answer would end that (iptables-extensions(8), REJECT).
        const string silent = "-m conntrack --ctstate INVALID -j DROP";
        var chain = new Chain(Names.Reject, [silent, reset, $"-j REJECT --reject-with {answer}"]);
        var rule = $"-m mark --mark {_marks.Of(ClassNumber.Held)} -j {Names.Reject}";
        ImmutableArray<Hook> hooks = _ruleset.Options.PoliceOutput ? [new("FORWARD", rule), new("OUTPUT", rule)] : [new("FORWARD", rule)];
        return new TableLayout(TableLayout.Filter, [chain], hooks);
    }

    private ImmutableArray<Hook> MangleHooks()
    {
        var hooks = new List<Hook> { new("FORWARD", $"-j {Names.Forward}") };
        if (_ruleset.Options.PoliceOutput)
        {
            hooks.Add(new Hook("OUTPUT", $"-m addrtype ! --src-type LOCAL -j {Names.Forward}"));
        }

        if (Rejects)
        {
            hooks.Add(new Hook("POSTROUTING", $"-m mark --mark {_marks.Of(ClassNumber.Held)} -j {Names.Guard}"));
        }

        return [.. hooks];
    }

    /// <summary>A pod may always reach itself, also through its Service, after which source and destination are the same.</summary>
    private string Hairpin() =>
        _ruleset.Options.Hairpin == HairpinMatch.Bpf
            ? $"-m bpf --bytecode \"{HairpinProgram.For(_family)}\" -g {Names.Ok}"
            : $"-m set --match-set {Names.Hairpin(_family)} src,dst -g {Names.Ok}";

    private string Log(string end) =>
        $"-m limit --limit 10/sec --limit-burst 50 -j NFLOG --nflog-prefix \"plsd:{end}\" --nflog-group {_ruleset.Options.LogGroup}";

    private string DenyChain(Direction direction) => _ruleset.Options.LogDenials ? Names.LogDeny(direction) : Names.Deny;

    private IEnumerable<ClassSlot> Numbered(Direction direction) => _slots.Where(slot => slot.Direction == direction && !slot.IsOverflow);

    private void Add(string name, ImmutableArray<string> rules) => _chains[name] = new Chain(name, rules);
}
