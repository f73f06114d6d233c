using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Planning;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>
/// Applies NetworkPolicies, unless the API server would not keep every field: a rule that lost its ports would be open on all of them. So fields
/// that were not sent before are tried in a dry run first, once for the whole cluster and not once a namespace. A field that was lost all the same, as
/// when an admission webhook of one namespace takes it away, is from then on tried before each write. Thread-safe.
/// </summary>
internal sealed partial class PolicyApplier(IKubernetesClient client, DroppedFields dropped)
{
    private static readonly ApplyOptions Real = new(PolicyNames.FieldManager);
    private static readonly ApplyOptions DryRun = Real with { DryRun = true };

    /// <summary>Applies a NetworkPolicy over the spec that stands, if any does.</summary>
    /// <returns>What stands; null when nothing was written, since some fields, noted now, would be lost.</returns>
    public async Task<ObjectVersion?> ApplyAsync(V1NetworkPolicy wanted, V1NetworkPolicySpec? current, CancellationToken cancellationToken)
    {
        var body = new V1NetworkPolicy { Metadata = wanted.Metadata, Spec = ApplyBody.Clearing(wanted.Spec!, current) };
        try
        {
            return dropped.AreKept(wanted.Spec!) || await IsKeptAsync(body, wanted.Spec!, cancellationToken)
                ? await client.ApplyForVersionAsync(body, Real, cancellationToken)
                : null;
        }
        catch (KubernetesException e) when (Undeclared().Matches(e.Message) is { Count: > 0 } refused)
        {
            dropped.AddEverywhere(wanted.Spec!, [.. refused.Select(match => match.Groups["path"].Value)]);
            return null;
        }
    }

    /// <summary>Has the API server say whether it would keep all.</summary>
    private async Task<bool> IsKeptAsync(V1NetworkPolicy body, V1NetworkPolicySpec spec, CancellationToken cancellationToken)
    {
        try
        {
            var lost = StampedPolicyComparison.MissingFields(await client.ApplyAsync(body, DryRun, cancellationToken), body);
            if (lost.Count > 0)
            {
                dropped.Add(body.Metadata.NamespaceProperty!, spec, lost);
                return false;
            }

            dropped.Keep(spec);
            return true;
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.BadRequest && e.Message.Contains("dry run", StringComparison.Ordinal))
        {
            // An admission webhook that cannot say what it would do; the write itself will tell.
            return true;
        }
    }

    /// <summary>Server-side apply refuses a field that the API server does not know (structured-merge-diff); other writes drop it in silence.</summary>
    [GeneratedRegex(
        @"\.(?<path>spec[^\s:]*): field not declared in schema",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Undeclared();
}

/// <summary>
/// The form in which a NetworkPolicy is applied. Server-side apply leaves alone what the request does not mention, so whatever decides
/// about isolation is always mentioned; and an API server that drops empty lists takes them for a change each time, so they are mentioned only
/// where there is something to remove.
/// </summary>
internal static class ApplyBody
{
    /// <summary>Version that no object has: an apply with it creates the object, or fails when there is one already.</summary>
    private const string NoVersion = "1";

    /// <summary>To create the object, and to fail when there is one.</summary>
    public static V1NetworkPolicy ToCreate(V1NetworkPolicy desired)
    {
        var body = Copy(desired);
        body.Metadata.ResourceVersion = NoVersion;
        return body;
    }

    /// <summary>To change exactly the given object, and to fail when another one or none is in its place.</summary>
    public static V1NetworkPolicy ToChange(V1NetworkPolicy desired, V1NetworkPolicy current)
    {
        var body = Copy(desired);
        body.Metadata.Uid = current.Metadata.Uid;
        return body;
    }

    /// <summary>To put the spec in the place of that of the given object, as long as it is as given; its metadata stays.</summary>
    public static Patch ToReplace(V1NetworkPolicy desired, V1NetworkPolicy current) =>
        Patch.Json(
            new(
                // A version in a patch is a precondition.
                Replace("/metadata/resourceVersion", current.Metadata.ResourceVersion),
                Replace(
                    "/spec",
                    JsonSerializer.SerializeToNode(SpellOut(desired.Spec ?? new()), ModelsJson.Contract<V1NetworkPolicySpec>())
                )
            )
        );

    /// <summary>The spec with all that decides about isolation spelled out, and nothing mentioned that is empty; the same when it is so already.</summary>
    public static V1NetworkPolicySpec SpellOut(V1NetworkPolicySpec spec) =>
        spec is { PodSelector: not null, PolicyTypes.Count: > 0, Ingress: null or { Count: > 0 }, Egress: null or { Count: > 0 } }
            ? spec
            : new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector ?? new(),
                PolicyTypes = PolicyTypes(spec),
                Ingress = spec.Ingress is { Count: > 0 } ingress ? ingress : null,
                Egress = spec.Egress is { Count: > 0 } egress ? egress : null,
            };

    /// <summary>The spec with an empty list for each direction in which there are rules to remove.</summary>
    public static V1NetworkPolicySpec Clearing(V1NetworkPolicySpec spec, V1NetworkPolicySpec? current)
    {
        var clearsIngress = spec.Ingress is null && current?.Ingress is { Count: > 0 };
        var clearsEgress = spec.Egress is null && current?.Egress is { Count: > 0 };
        return clearsIngress || clearsEgress
            ? new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector,
                PolicyTypes = spec.PolicyTypes,
                Ingress = clearsIngress ? [] : spec.Ingress,
                Egress = clearsEgress ? [] : spec.Egress,
            }
            : spec;
    }

    private static V1NetworkPolicy Copy(V1NetworkPolicy desired) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = desired.Metadata.Name,
                NamespaceProperty = desired.Metadata.NamespaceProperty,
                Labels = desired.Metadata.Labels,
                OwnerReferences = desired.Metadata.OwnerReferences,
            },
            Spec = SpellOut(desired.Spec ?? new()),
        };

    /// <summary>The default of the API (networking/v1), spelled out: it would otherwise stay what it was when the rules change.</summary>
    private static IList<string> PolicyTypes(V1NetworkPolicySpec spec) =>
        spec.PolicyTypes is { Count: > 0 } given ? given
        : spec.Egress is { Count: > 0 } ? ["Ingress", "Egress"]
        : ["Ingress"];

    private static JsonObject Replace(string path, JsonNode? value) =>
        new()
        {
            ["op"] = "replace",
            ["path"] = path,
            ["value"] = value,
        };
}
