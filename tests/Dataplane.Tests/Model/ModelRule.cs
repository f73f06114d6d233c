using System.Globalization;
using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>A rule read from its text: what it matches, and what it does.</summary>
public sealed class ModelRule
{
    private readonly List<Func<Packet, uint, KernelState, bool>> _matches = [];

    private ModelRule() { }

    /// <summary>Target of -j or -g; null for none.</summary>
    public string Target { get; private set; } = "";

    public bool IsGoto { get; private set; }

    public uint MarkValue { get; private set; }

    public uint MarkMask { get; private set; }

    public string MapSet { get; private set; } = "";

    public bool MapBySource { get; private set; }

    public static ModelRule Parse(string text)
    {
        var rule = new ModelRule();
        var words = new Queue<string>(Split(text));
        while (words.TryDequeue(out var word))
        {
            rule.Read(word, words);
        }

        return rule;
    }

    public bool Matches(Packet packet, uint mark, KernelState kernel) => _matches.TrueForAll(match => match(packet, mark, kernel));

    public static bool Contains(KernelSet set, Packet packet, string dimensions)
    {
        var address = dimensions.StartsWith("src", StringComparison.Ordinal) ? packet.Source : packet.Destination;
        switch (set.Kind)
        {
            case SetKind.Addresses or SetKind.Classes:
                return set.Entries.ContainsKey(SetEntry.From(address));
            case SetKind.AddressPorts:
                return HasPort(packet) && set.Entries.ContainsKey(SetEntry.From(address, packet.Protocol, packet.Port));
            case SetKind.AddressPairs:
                return packet.Source == packet.Destination && set.Entries.ContainsKey(SetEntry.From(address));
            case SetKind.Cut:
                return false;
            case SetKind.Ports:
                return HasPort(packet) && set.Entries.ContainsKey(SetEntry.From(packet.Port));
            default:
                var longest = set
                    .Entries.Keys.Where(entry => new Cidr(new(set.Family, entry.Address), entry.PrefixLength).Contains(address))
                    .OrderByDescending(entry => entry.PrefixLength)
                    .FirstOrDefault();
                return longest.PrefixLength > 0 && !longest.IsException;
        }
    }

    private void Read(string word, Queue<string> words)
    {
        switch (word)
        {
            case "-j" or "-g":
                (Target, IsGoto) = (words.Dequeue(), word == "-g");
                break;
            case "-p":
                var protocol = Protocol(words.Dequeue());
                _matches.Add((p, _, _) => p.Protocol == protocol);
                break;
            case "-s" or "-d":
                var cidr = Cidr.Parse(words.Dequeue());
                _matches.Add((p, _, _) => cidr.Contains(word == "-s" ? p.Source : p.Destination));
                break;
            case "--ctstate":
                // Only what a rule of the layout asks for; the model's packets are never translated ones, and never invalid.
                var state = words.Dequeue();
                _matches.Add((p, _, _) => state == "DNAT" || (state != "INVALID" && p.IsEstablished));
                break;
            case "--mark":
                var (value, mask) = Mark(words.Dequeue());
                _matches.Add((_, mark, _) => (mark & mask) == value);
                break;
            case "--match-set" or "!":
                ReadSet(word, words);
                break;
            case "--dport" or "--dports":
                var ranges = words.Dequeue().Split(',').Select(Range).ToArray();
                ranges.Sum(range => range.First == range.Last ? 1 : 2).ShouldBeLessThanOrEqualTo(15);
                _matches.Add((p, _, _) => HasPort(p) && Array.Exists(ranges, range => range.First <= p.Port && p.Port <= range.Last));
                break;
            case "--tcp-flags":
                // Only first packets are looked at, and theirs are what the rule excludes.
                words.Dequeue().ShouldBe("FIN,SYN,RST,ACK");
                words.Dequeue().ShouldBe("SYN");
                _matches.Add((_, _, _) => false);
                break;
            case "--icmpv6-type":
                // The model's packets are no messages that run a link.
                words.Dequeue().ShouldBeOneOf("130", "131", "132", "133", "135", "136", "143");
                _matches.Add((_, _, _) => false);
                break;
            case "--hl-eq":
                words.Dequeue().ShouldBe("255");
                break;
            case "--bytecode":
                var program = words.Dequeue();
                _matches.Add((p, _, _) => BpfMachine.Matches(program, p.Header()));
                break;
            case "--set-xmark":
                (MarkValue, MarkMask) = Mark(words.Dequeue());
                break;
            case "--map-set":
                (MapSet, MapBySource) = (words.Dequeue(), words.Dequeue() == "src");
                break;
            case "--map-mark":
                break;
            case "-m" or "--comment" or "--limit" or "--limit-burst" or "--nflog-prefix" or "--nflog-group" or "--reject-with":
                words.Dequeue();
                break;
            default:
                throw new InvalidOperationException($"the model does not know {word}");
        }
    }

    private void ReadSet(string word, Queue<string> words)
    {
        var isNegated = word == "!";
        var option = isNegated ? words.Dequeue() : word;
        if (option is "--tcp-flags" or "--ctstate")
        {
            Read(option, words);
            return;
        }

        if (option == "-p")
        {
            var protocol = Protocol(words.Dequeue());
            _matches.Add((p, _, _) => p.Protocol != protocol);
            return;
        }

        var (name, dimensions) = (words.Dequeue(), words.Dequeue());
        _matches.Add((p, _, kernel) => Contains(kernel.Sets[name], p, dimensions) != isNegated);
    }

    private static bool HasPort(Packet packet) => packet.Protocol is Packet.Tcp or Packet.Udp or Packet.Sctp;

    private static byte Protocol(string name) =>
        name switch
        {
            "tcp" => Packet.Tcp,
            "udp" => Packet.Udp,
            "sctp" => Packet.Sctp,
            "ipv6-icmp" => Packet.IcmpV6,
            _ => throw new InvalidOperationException($"the model does not know protocol {name}"),
        };

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split(':').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return (ends[0], ends[^1]);
    }

    private static (uint Value, uint Mask) Mark(string text)
    {
        var parts = text.Split('/').Select(part => Convert.ToUInt32(part, 16)).ToArray();
        return (parts[0], parts[1]);
    }

    private static IEnumerable<string> Split(string text)
    {
        var quoted = text.Split('"');
        for (var i = 0; i < quoted.Length; i++)
        {
            foreach (var word in i % 2 == 1 ? [quoted[i]] : quoted[i].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return word;
            }
        }
    }
}
