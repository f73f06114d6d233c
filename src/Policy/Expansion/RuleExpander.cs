using System.Collections.Immutable;
using System.Globalization;

namespace Palisade.Policy.Expansion;

/// <summary>Expands the rules of a custom resource for one target namespace, and notes what it could not resolve.</summary>
internal sealed class RuleExpander(NamespaceFacts target, ExpansionContext context)
{
    private readonly PeerExpander _peers = new(target, context);
    private readonly List<UnresolvedPeer> _unresolved = [];
    private (string Field, int Blocks) _largest = ("", 0);
    private int _nodeBlocks;

    private readonly Dictionary<object, string> _origins = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<UnresolvedPeer> Unresolved => _unresolved;

    /// <summary>Whether DNS was asked for while it is known by convention only.</summary>
    public bool UsesConventionalDns { get; private set; }

    /// <summary>The peer that stands for the most addresses of nodes, where all together are too many; otherwise null.</summary>
    public UnresolvedPeer? TooMany =>
        _nodeBlocks > AddressLimit.MaxBlocks
            ? new(_largest.Field, UnresolvedPeer.TooManyAddresses, AddressLimit.Message(_nodeBlocks))
            : null;

    /// <summary>Path of what an expanded rule came of; empty when that was not noted.</summary>
    public string OriginOf(object rule) => _origins.GetValueOrDefault(rule, "");

    /// <summary>Notes what an expanded rule came of; the first note stands.</summary>
    public T Note<T>(T rule, string field)
        where T : class
    {
        _origins.TryAdd(rule, field);
        return rule;
    }

    public List<V1NetworkPolicyIngressRule>? Ingress(IList<ClusterIngressRule>? rules, string field)
    {
        if (rules is null)
        {
            return null;
        }

        var expanded = new List<V1NetworkPolicyIngressRule>();
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i] ?? new();
            if (rule.FromProperty is not { Count: > 0 } peers)
            {
                expanded.Add(Note(new V1NetworkPolicyIngressRule { Ports = rule.Ports }, Path(field, i)));
                continue;
            }

            var from = new List<V1NetworkPolicyPeer>();
            for (var j = 0; j < peers.Count; j++)
            {
                from.AddRange(Sources(peers[j], Path(field, i, "from", j)));
            }

            if (from.Count > 0)
            {
                expanded.Add(Note(new V1NetworkPolicyIngressRule { FromProperty = from, Ports = rule.Ports }, Path(field, i)));
            }
        }

        return expanded;
    }

    public List<V1NetworkPolicyEgressRule>? Egress(IList<ClusterEgressRule>? rules, string field)
    {
        if (rules is null)
        {
            return null;
        }

        var expanded = new List<V1NetworkPolicyEgressRule>();
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i] ?? new();
            if (rule.To is not { Count: > 0 } peers)
            {
                expanded.Add(Note(new V1NetworkPolicyEgressRule { Ports = rule.Ports }, Path(field, i)));
                continue;
            }

            var to = new List<V1NetworkPolicyPeer>();
            var apart = new List<V1NetworkPolicyEgressRule>();
            for (var j = 0; j < peers.Count; j++)
            {
                Destinations(peers[j], rule.Ports, Path(field, i, "to", j), to, apart);
            }

            if (to.Count > 0)
            {
                expanded.Add(Note(new V1NetworkPolicyEgressRule { To = to, Ports = rule.Ports }, Path(field, i)));
            }

            expanded.AddRange(apart);
        }

        return expanded;
    }

    /// <summary>Rules that let an entity be reached on its own ports.</summary>
    public IEnumerable<V1NetworkPolicyEgressRule> EgressTo(string entity, string field) =>
        DestinationsOf(entity, field).Select(d => Note(new V1NetworkPolicyEgressRule { To = [.. d.Peers], Ports = [.. d.Ports] }, field));

    /// <summary>Rules that let everybody in to the DNS servers, where these run in the target namespace.</summary>
    public IEnumerable<V1NetworkPolicyIngressRule> IngressToDns(string field)
    {
        foreach (var servers in context.Entities.DnsServers.Where(s => s.Namespace == target.Name))
        {
            UsesConventionalDns |= context.Entities.DnsResolution == DnsResolution.Convention;
            yield return Note(new V1NetworkPolicyIngressRule { Ports = [.. servers.Ports] }, field);
        }
    }

    private IEnumerable<V1NetworkPolicyPeer> Sources(ClusterPolicyPeer? peer, string field)
    {
        switch (peer?.Entity)
        {
            case null:
                return Selected(peer, field);
            case ClusterEntities.KubeAPIServer when context.Entities.ApiServerAddresses.IsEmpty:
                return Missing<V1NetworkPolicyPeer>(peer.Entity, $"{field}.entity");
            case ClusterEntities.KubeAPIServer:
                return Count(_peers.ApiServerSources(), $"{field}.entity");
            default:
                return DestinationsOf(peer.Entity, $"{field}.entity").SelectMany(d => d.Peers);
        }
    }

    private IReadOnlyList<V1NetworkPolicyPeer> Selected(ClusterPolicyPeer? peer, string field) =>
        peer?.Nodes is null ? _peers.Expand(peer) : Count(_peers.Expand(peer), $"{field}.nodes");

    private IReadOnlyList<V1NetworkPolicyPeer> Count(IReadOnlyList<V1NetworkPolicyPeer> blocks, string field)
    {
        _nodeBlocks += blocks.Count;
        _largest = blocks.Count > _largest.Blocks ? (field, blocks.Count) : _largest;
        return blocks;
    }

    /// <summary>
    /// An entity is meant with its own ports; where the rule names ports, those are taken instead, and where it names none, the
    /// entity gets rules apart, since in this one it would be open on every port.
    /// </summary>
    private void Destinations(
        ClusterPolicyPeer? peer,
        IList<V1NetworkPolicyPort>? ports,
        string field,
        List<V1NetworkPolicyPeer> to,
        List<V1NetworkPolicyEgressRule> apart
    )
    {
        if (peer?.Entity is not { } entity)
        {
            to.AddRange(Selected(peer, field));
        }
        else if (ports is { Count: > 0 })
        {
            to.AddRange(DestinationsOf(entity, $"{field}.entity").SelectMany(d => d.Peers));
        }
        else
        {
            apart.AddRange(EgressTo(entity, $"{field}.entity"));
        }
    }

    private IEnumerable<EntityDestination> DestinationsOf(string entity, string field) =>
        entity switch
        {
            ClusterEntities.ClusterDNS when !context.Entities.Dns.IsEmpty => Dns(),
            ClusterEntities.KubeAPIServer when !context.Entities.ApiServer.IsEmpty => context.Entities.ApiServer,
            _ => Missing<EntityDestination>(entity, field),
        };

    private ImmutableArray<EntityDestination> Dns()
    {
        UsesConventionalDns |= context.Entities.DnsResolution == DnsResolution.Convention;
        return context.Entities.Dns;
    }

    private IEnumerable<T> Missing<T>(string entity, string field)
    {
        var message = entity switch
        {
            ClusterEntities.KubeAPIServer => "the API server was not found: Endpoints 'kubernetes' in namespace 'default' has no address",
            ClusterEntities.ClusterDNS => "the cluster's DNS servers were not found",
            _ => $"there is no entity '{entity}'; use one of {string.Join(", ", ClusterEntities.Names)}",
        };
        _unresolved.Add(new(field, UnresolvedPeer.EntityNotFound, message));
        return [];
    }

    private static string Path(string field, int rule) => string.Create(CultureInfo.InvariantCulture, $"{field}[{rule}]");

    private static string Path(string field, int rule, string list, int peer) =>
        string.Create(CultureInfo.InvariantCulture, $"{field}[{rule}].{list}[{peer}]");
}
