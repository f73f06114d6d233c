using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Input;

/// <summary>
/// Finds which workloads of an input have pods that must be made up. Owner references decide: what another object of the input made
/// makes nothing itself, and one whose pods are in the input has no others.
/// </summary>
internal sealed partial class PodMakers
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private readonly Dictionary<string, Manifest> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string? Namespace, string Name), Manifest> _byName = [];
    private readonly HashSet<Manifest> _withPods = [];
    private readonly HashSet<Manifest> _withWorkloads = [];
    private readonly HashSet<Manifest> _owned = [];
    private readonly Dictionary<Manifest, V1Workload> _current = [];

    /// <summary>Reads who made what.</summary>
    public PodMakers(ManifestSet manifests)
    {
        var makers = manifests.Manifests.Where(manifest => manifest.Object is V1Workload or V1OperatorResource).ToList();
        foreach (var maker in makers)
        {
            var metadata = maker.Object.Metadata;
            _byName.TryAdd((maker.Object.Kind, NamespaceOf(metadata), metadata.Name), maker);
            if (metadata.Uid is { Length: > 0 } uid)
            {
                _byUid.TryAdd(uid, maker);
            }
        }
        foreach (var maker in makers)
        {
            NoteOwnerOf(maker);
        }
        var pods = manifests.Objects<V1Pod>().ToList();
        pods.ForEach(NotePod);
        All = [.. makers.Where(maker => !_owned.Contains(maker) && !_withPods.Contains(maker)).SelectMany(maker => Of(maker, pods))];
    }

    /// <summary>The workloads whose pods must be made up, in the order of the input, each with the manifest it comes from.</summary>
    public IReadOnlyList<(Manifest Manifest, V1Workload Workload)> All { get; }

    /// <summary>The ReplicaSet in the input that a Deployment has for its present template; null when there is none.</summary>
    public V1Workload? CurrentReplicaSetOf(Manifest deployment) => _current.GetValueOrDefault(deployment);

    private IEnumerable<(Manifest, V1Workload)> Of(Manifest maker, List<V1Pod> pods) =>
        maker.Object switch
        {
            V1Workload workload => HasEnded(workload) ? [] : [(maker, workload)],
            // What an operator has made is surer than what it would make.
            _ when _withWorkloads.Contains(maker) => [],
            _ => OperatorWorkloads.Expand(maker).Where(group => !pods.Exists(pod => IsOf(group, pod))).Select(group => (maker, group)),
        };

    private void NoteOwnerOf(Manifest maker)
    {
        if (Owner(maker.Object.Metadata) is not { } owner)
        {
            return;
        }
        if (owner.Object is V1OperatorResource)
        {
            _withWorkloads.Add(owner);
            return;
        }
        _owned.Add(maker);
        if (maker.Object is V1Workload { Kind: "ReplicaSet" } set && (!_current.TryGetValue(owner, out var other) || IsNewer(set, other)))
        {
            _current[owner] = set;
        }
    }

    private void NotePod(V1Pod pod)
    {
        var facts = PodFacts.From(pod);
        var maker = Owner(pod.Metadata) ?? Beyond(pod.Metadata, facts);
        // Of what only has pods that have ended, all but a Job makes others.
        if (maker is null || (facts.HasFinished && maker.Object.Kind != "Job"))
        {
            return;
        }
        while (maker is not null && _withPods.Add(maker))
        {
            maker = facts.HoldsAddresses ? Owner(maker.Object.Metadata) : null;
        }
    }

    /// <summary>The controller in the input; null when there is none.</summary>
    private Manifest? Owner(V1ObjectMeta metadata)
    {
        if (metadata.OwnerReferences?.FirstOrDefault(reference => reference.Controller == true) is not { } owner)
        {
            return null;
        }
        if (owner.Uid.Length > 0 && _byUid.TryGetValue(owner.Uid, out var found))
        {
            return found;
        }
        found = _byName.GetValueOrDefault((owner.Kind, NamespaceOf(metadata), owner.Name));
        // Of another uid is one that was deleted since, and recreated under the same name.
        return owner.Uid.Length > 0 && found?.Object.Metadata.Uid is { Length: > 0 } ? null : found;
    }

    /// <summary>The Deployment or CronJob in the input of a pod whose ReplicaSet or Job is not: the names tell.</summary>
    private Manifest? Beyond(V1ObjectMeta metadata, PodFacts pod)
    {
        var (name, kind) = WorkloadName.From(pod);
        if (kind == "Job" && JobOfCronJob().Match(name) is { Success: true } job)
        {
            (name, kind) = (job.Groups["name"].Value, "CronJob");
        }
        return kind is null ? null : _byName.GetValueOrDefault((kind, NamespaceOf(metadata), name));
    }

    private static bool IsOf(V1Workload group, V1Pod pod) =>
        NamespaceOf(pod.Metadata) == NamespaceOf(group.Metadata)
        && !PodFacts.From(pod).HasFinished
        && pod.Metadata.Labels is { } labels
        && group.Spec.Template.Metadata.Labels!.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);

    private static bool HasEnded(V1Workload workload) =>
        workload.Kind == "Job"
        && workload.Status?.Conditions?.Any(condition => condition is { Type: "Complete" or "Failed", Status: "True" }) == true;

    private static bool IsNewer(V1Workload set, V1Workload other) => RevisionOf(set) > RevisionOf(other);

    private static int RevisionOf(V1Workload set) =>
        set.Metadata.Annotations is { } annotations
        && annotations.TryGetValue(Revision, out var text)
        && int.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    private static string NamespaceOf(V1ObjectMeta metadata) => metadata.NamespaceProperty ?? "default";

    /// <summary>A CronJob names its Jobs by itself and the time of their start.</summary>
    [GeneratedRegex("^(?<name>.+)-[0-9]+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JobOfCronJob();
}
