using System.Collections.Immutable;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>Keeps count of what a cluster of manifests has that the manifests leave out, so that no answer takes it for a fact.</summary>
internal sealed class SyntheticCollector
{
    private readonly HashSet<string> _givenAddresses = new(StringComparer.Ordinal);
    private readonly HashSet<V1Pod> _unplaced = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<V1Pod> _unaddressed = new(ReferenceEqualityComparer.Instance);
    private readonly CidrSet _podRange;

    /// <summary>Reads what is given, before anything is added to it.</summary>
    public SyntheticCollector(ManifestSet manifests)
    {
        var nodes = manifests.Objects<V1Node>().ToList();
        _givenAddresses.UnionWith(nodes.SelectMany(node => node.Status?.Addresses ?? []).Select(address => address.Address));
        _givenAddresses.UnionWith(manifests.Objects<V1Pod>().Select(pod => pod.Status?.HostIP).OfType<string>());
        var ranges = nodes.ConvertAll(RangesOf);
        _podRange =
            nodes.Count > 0 && ranges.TrueForAll(range => range.Count > 0)
                ? CidrSet.From(ranges.SelectMany(range => range))
                : SyntheticFacts.UsualRanges;
    }

    /// <summary>Notes that a pod was put on some node.</summary>
    public void PlaceAnywhere(V1Pod pod) => _unplaced.Add(pod);

    /// <summary>Notes that a pod is to be given some address.</summary>
    public void AddressAnyhow(V1Pod pod) => _unaddressed.Add(pod);

    /// <summary>All that stands in for something, once the cluster is complete.</summary>
    public SyntheticFacts Collect(IEnumerable<V1Node> nodes, IReadOnlyCollection<V1Pod> pods)
    {
        var addresses = ImmutableDictionary.CreateBuilder<IpAddress, CidrSet>();
        foreach (var address in _unaddressed.Select(PodFacts.From).Where(pod => !pod.HostNetwork).SelectMany(pod => pod.Addresses))
        {
            addresses[address] = _podRange;
        }
        foreach (
            var address in nodes.SelectMany(node => node.Status?.Addresses ?? []).Where(item => !_givenAddresses.Contains(item.Address))
        )
        {
            if (IpAddress.TryParse(address.Address, out var made))
            {
                addresses[made] = SyntheticFacts.UsualRanges;
            }
        }
        return new()
        {
            Addresses = addresses.ToImmutable(),
            Placements = [.. pods.Where(_unplaced.Contains).Select(KeyOf)],
            Placeholders = [.. pods.Where(pod => pod.Metadata.Annotations?.ContainsKey(PodTemplates.Placeholder) == true).Select(KeyOf)],
        };
    }

    private static (string Namespace, string Name) KeyOf(V1Pod pod) => (pod.Metadata.NamespaceProperty ?? "", pod.Metadata.Name);

    private static List<Cidr> RangesOf(V1Node node) =>
        [
            .. (node.Spec?.PodCIDRs ?? [])
                .Append(node.Spec?.PodCIDR)
                .Select(text => Cidr.TryParseLenient(text, out var range) ? range : (Cidr?)null)
                .OfType<Cidr>(),
        ];
}
