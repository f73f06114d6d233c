using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Expand;

/// <summary>Compares what custom resources of files would stamp into a live cluster with what is there.</summary>
internal static class StampChanges
{
    /// <summary>The differences, by namespace and name of the NetworkPolicies, and what is to be said of them.</summary>
    /// <param name="files">The custom resources; namespaces that the cluster does not have yet count too.</param>
    /// <param name="live">The cluster.</param>
    public static (IReadOnlyList<StampChange> Changes, ImmutableArray<string> Warnings) Between(ManifestSet files, ManifestSet live)
    {
        var resources = files.Manifests.Where(manifest => manifest.Object is ClusterNetworkPolicy or DefaultDenyProfile).ToList();
        TakeUids(resources, live);
        // Two custom resources may stamp the same name, when it is cut for its length: the first to stamp has it.
        var expansion = Expand(files, live, resources);
        var desired = expansion.Stamped.ToLookup(stamped => Key(stamped.Policy));
        var there = live.Objects<V1NetworkPolicy>().ToDictionary(Key);
        var changes = desired.SelectMany(alike =>
            alike.Select((stamped, place) => Compare(stamped, there.GetValueOrDefault(alike.Key), isTaken: place > 0))
        );
        var given = resources.Select(manifest => (manifest.Object.Kind, manifest.Object.Metadata.Name)).ToHashSet();
        var removed =
            from policy in there.Values
            let owner = PolicyNames.OwnerOf(policy)
            where owner is not null && given.Contains((owner.Kind, owner.Name)) && !desired.Contains(Key(policy))
            select new StampChange("remove", NameOf(policy), $"{owner.Kind} {owner.Name}", []);
        return (
            [.. changes.OfType<StampChange>().Concat(removed).OrderBy(change => change.Policy, StringComparer.Ordinal)],
            expansion.Warnings
        );
    }

    /// <summary>Owners are known by their uid, which files do not have.</summary>
    private static void TakeUids(List<Manifest> resources, ManifestSet live)
    {
        var uids = live.Manifests.ToLookup(
            manifest => (manifest.Object.Kind, manifest.Object.Metadata.Name),
            manifest => manifest.Object.Metadata.Uid
        );
        foreach (var manifest in resources)
        {
            manifest.Object.Metadata.Uid = uids[(manifest.Object.Kind, manifest.Object.Metadata.Name)].FirstOrDefault();
        }
    }

    private static ClusterExpansion Expand(ManifestSet files, ManifestSet live, List<Manifest> resources)
    {
        var others = live.Manifests.Where(manifest => manifest.Object is not (ClusterNetworkPolicy or DefaultDenyProfile));
        var cluster = LoadedCluster.OfCluster(live);
        var names = cluster.Namespaces.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        var added = files.Objects<V1Namespace>().Select(NamespaceFacts.From).Where(item => names.Add(item.Name));
        var set = live with { Manifests = [.. others, .. resources] };
        return ClusterExpansion.From(set, cluster with { Namespaces = [.. cluster.Namespaces, .. added] });
    }

    private static StampChange? Compare(StampedPolicy stamped, V1NetworkPolicy? live, bool isTaken)
    {
        var (kind, name) = (stamped.Owner.Kind, stamped.Owner.Metadata.Name);
        StampChange Change(string verb, params IReadOnlyList<string> fields) => new(verb, NameOf(stamped.Policy), $"{kind} {name}", fields);
        if (live is null)
        {
            return Change(isTaken ? "conflict" : "create");
        }
        if (!StampedNames.IsStampedBy(live, stamped.Owner))
        {
            return Change("conflict");
        }
        if (stamped.LacksNodes)
        {
            return null;
        }
        var fields = StampedPolicyComparison.Differences(live, stamped.Policy);
        return fields.Count > 0 ? Change("change", fields) : null;
    }

    private static (string?, string) Key(V1NetworkPolicy policy) => (policy.Metadata.NamespaceProperty, policy.Metadata.Name);

    private static string NameOf(V1NetworkPolicy policy) => $"{policy.Metadata.NamespaceProperty}/{policy.Metadata.Name}";
}

/// <summary>What the operator would do to a NetworkPolicy of a live cluster.</summary>
/// <param name="Verb">create, change, remove; conflict when the NetworkPolicy is somebody else's, or another custom resource's, and left alone.</param>
/// <param name="Policy">namespace/name of the NetworkPolicy.</param>
/// <param name="Owner">Kind and name of the custom resource.</param>
/// <param name="Fields">Paths of the fields that differ.</param>
internal sealed record StampChange(string Verb, string Policy, string Owner, IReadOnlyList<string> Fields)
{
    /// <summary>Colour of the verb.</summary>
    public string Colour =>
        Verb switch
        {
            "create" => "green",
            "change" => "yellow",
            _ => "red",
        };

    /// <summary>The change as JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["verb"] = Verb,
            ["policy"] = Policy,
            ["owner"] = Owner,
            ["fields"] = new JsonArray([.. Fields.Select(field => JsonValue.Create(field))]),
        };
}
