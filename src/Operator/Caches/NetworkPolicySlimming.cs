using System.Security.Cryptography;
using System.Text.Json;
using Palisade.Models;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Caches;

/// <summary>
/// Takes from a NetworkPolicy what the operator does not need, and lets equal parts be shared: a custom resource stamps the same spec into
/// thousands of namespaces, and one instance of it is enough. Of other people's policies only the name stays. Thread-safe.
/// </summary>
internal sealed class NetworkPolicySlimming
{
    private const int FirstSweep = 256;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, WeakReference<V1NetworkPolicySpec>> specs = [];
    private readonly Dictionary<string, V1OwnerReference> owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> ourLabels = new(StringComparer.Ordinal)
    {
        [PolicyNames.ManagedByLabel] = PolicyNames.ManagedByValue,
    };
    private int sweepAt = FirstSweep;

    /// <summary>Slims a NetworkPolicy that was just read and is not yet shared.</summary>
    public void Slim(V1NetworkPolicy policy)
    {
        var metadata = policy.Metadata;
        metadata.Annotations = null;
        metadata.ManagedFields = null;
        metadata.CreationTimestamp = null;
        var isLabelled = metadata.Labels is { } labels && labels.Contains(ourLabels.First());
        metadata.Labels = isLabelled ? ourLabels : null;
        if (PolicyNames.OwnerOf(policy) is { } owner)
        {
            metadata.OwnerReferences = [Share(owner)];
            policy.Spec = policy.Spec is { } spec ? Share(spec) : null;
        }
        else
        {
            metadata.OwnerReferences = null;
            policy.Spec = isLabelled && policy.Spec is { } spec ? Share(spec) : null;
        }
    }

    private V1OwnerReference Share(V1OwnerReference owner)
    {
        var key = $"{owner.ApiVersion} {owner.Kind} {owner.Name} {owner.Uid} {owner.Controller}";
        lock (gate)
        {
            return owners.TryGetValue(key, out var known) ? known : owners[key] = owner;
        }
    }

    /// <summary>The spec, or an equal one that was seen before; not to be changed.</summary>
    public V1NetworkPolicySpec Share(V1NetworkPolicySpec spec)
    {
        var key = KeyOf(spec);
        lock (gate)
        {
            if (specs.TryGetValue(key, out var reference) && reference.TryGetTarget(out var known))
            {
                return known;
            }

            if (specs.Count >= sweepAt)
            {
                Sweep();
            }

            specs[key] = new(spec);
            return spec;
        }
    }

    private void Sweep()
    {
        foreach (var (key, reference) in specs)
        {
            if (!reference.TryGetTarget(out _))
            {
                specs.Remove(key);
            }
        }

        sweepAt = Math.Max(FirstSweep, specs.Count * 2);
    }

    private static UInt128 KeyOf(V1NetworkPolicySpec spec)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, ModelsJsonContext.Default.V1NetworkPolicySpec), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
