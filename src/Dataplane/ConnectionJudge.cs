using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>
/// Says of a connection what the kernel would say of its first packet. Made for looking through all tracked connections after a
/// change, so it is quick for those that do not concern a local pod.
/// </summary>
public sealed class ConnectionJudge
{
    private readonly Ruleset _ruleset;
    private readonly Dictionary<IpAddress, LocalPod> _pods;
    private readonly Dictionary<(Direction Direction, string Key), PodClass> _classes;
    private readonly Dictionary<string, PolicyChain> _chains;
    private readonly Dictionary<string, AddressSet> _sets;
    private readonly Dictionary<string, HashSet<SetEntry>> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlockTable> _blocks = new(StringComparer.Ordinal);

    /// <summary>Makes a judge who goes by the ruleset.</summary>
    public ConnectionJudge(Ruleset ruleset)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        _ruleset = ruleset;
        _pods = ruleset
            .Pods.SelectMany(pod => pod.Addresses.Select(address => (address, pod)))
            .ToDictionary(item => item.address, item => item.pod);
        _classes = ruleset.Classes.ToDictionary(pods => (pods.Direction, pods.Key));
        _chains = ruleset.Chains.ToDictionary(chain => chain.Name, StringComparer.Ordinal);
        _sets = ruleset.Sets.ToDictionary(set => set.Name, StringComparer.Ordinal);
    }

    /// <summary>Whether the node lets the connection through.</summary>
    public bool Allows(TrackedConnection connection) =>
        connection.Source == connection.Destination || (Allows(connection, Direction.Egress) && Allows(connection, Direction.Ingress));

    private bool Allows(TrackedConnection connection, Direction direction)
    {
        var own = direction == Direction.Egress ? connection.Source : connection.Destination;
        if (!_pods.TryGetValue(own, out var pod))
        {
            // Of link-local addresses every packet is judged, and by its bridge, which tracking does not know.
            return !_ruleset.DropsUnknown(direction, own);
        }

        if (pod.ClassIn(direction) is not { } key)
        {
            return true;
        }

        var pods = _classes[(direction, key)];
        return pods.IsAudit || pods.Chains.Any(chain => _chains[chain].Rules(own.Family).Any(rule => Matches(rule, connection)));
    }

    private bool Matches(PolicyRule rule, TrackedConnection connection)
    {
        var peer = rule.Direction == Direction.Egress ? connection.Destination : connection.Source;
        return (rule.Block is not { } block || block.Contains(peer))
            && (rule.Protocol is null || Compilation.Protocols.NumberOf(rule.Protocol) == connection.Protocol)
            && (rule.Ports.IsEmpty || rule.Ports.Any(range => range.Contains(connection.Port)))
            && rule.Sets.All(lookup => Contains(lookup, connection) != lookup.IsNegated);
    }

    private bool Contains(SetLookup lookup, TrackedConnection connection)
    {
        var set = _sets[lookup.Set];
        var address = lookup.Dimensions == "src" ? connection.Source : connection.Destination;
        return set.Kind switch
        {
            SetKind.Ports => EntriesOf(set).Contains(SetEntry.From(connection.Port)),
            SetKind.AddressPorts => EntriesOf(set).Contains(SetEntry.From(address, connection.Protocol, connection.Port)),
            SetKind.Blocks => BlocksOf(set).Contains(address),
            _ => EntriesOf(set).Contains(SetEntry.From(address)),
        };
    }

    private HashSet<SetEntry> EntriesOf(AddressSet set) =>
        _entries.TryGetValue(set.Name, out var entries) ? entries : _entries[set.Name] = set.Entries.ToHashSet();

    private BlockTable BlocksOf(AddressSet set) =>
        _blocks.TryGetValue(set.Name, out var blocks) ? blocks : _blocks[set.Name] = new BlockTable(set);

    /// <summary>The blocks of a set by prefix length, the longest first, which decides.</summary>
    private sealed class BlockTable(AddressSet set)
    {
        private readonly (int PrefixLength, Dictionary<UInt128, bool> IsException)[] _lengths =
        [
            .. set
                .Entries.GroupBy(entry => (int)entry.PrefixLength)
                .OrderByDescending(entries => entries.Key)
                .Select(entries => (entries.Key, entries.ToDictionary(entry => entry.Address, entry => entry.IsException))),
        ];

        public bool Contains(IpAddress address)
        {
            foreach (var (prefixLength, isException) in _lengths)
            {
                if (isException.TryGetValue(new Cidr(address, prefixLength).First, out var isOut))
                {
                    return !isOut;
                }
            }

            return false;
        }
    }
}

/// <summary>A connection as its first packet passed FORWARD: after the destination was translated, before the source is.</summary>
/// <param name="Source">Who opened it.</param>
/// <param name="Destination">To whom.</param>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="Port">Destination port; 0 for protocols without.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrackedConnection(IpAddress Source, IpAddress Destination, byte Protocol, int Port);
