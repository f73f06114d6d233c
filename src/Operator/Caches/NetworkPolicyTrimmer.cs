using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Caches;

/// <summary>
/// Takes from a NetworkPolicy what the operator does not need, and lets equal parts be shared: a custom resource stamps the same spec into
/// thousands of namespaces, and one instance of it is enough. Of other people's policies only the name stays. Thread-safe.
/// </summary>
internal sealed class NetworkPolicyTrimmer
{
    private const int FirstSweep = 256;
    private const int MaxStamps = 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, WeakReference<V1NetworkPolicySpec>> _specs = [];
    private readonly ConditionalWeakTable<V1NetworkPolicySpec, object> _isShared = [];
    private readonly Dictionary<string, (string Name, IList<V1OwnerReference> Owners)> _stamps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ourLabels = new(StringComparer.Ordinal)
    {
        [PolicyNames.ManagedByLabel] = PolicyNames.ManagedByValue,
    };
    private int _sweepAt = FirstSweep;

    /// <summary>Trims a NetworkPolicy that was just read and is not yet shared.</summary>
    public void Trim(V1NetworkPolicy policy)
    {
        var metadata = policy.Metadata;
        metadata.Annotations = null;
        metadata.ManagedFields = null;
        metadata.CreationTimestamp = null;
        var isLabelled = metadata.Labels is { } labels && labels.Contains(_ourLabels.First());
        metadata.Labels = isLabelled ? _ourLabels : null;
        if (PolicyNames.OwnerOf(policy) is { } owner)
        {
            (metadata.Name, metadata.OwnerReferences) = Intern(metadata.Name, owner);
            policy.Spec = policy.Spec is { } spec ? Intern(spec) : null;
        }
        else
        {
            metadata.OwnerReferences = null;
            policy.Spec = isLabelled && policy.Spec is { } spec ? Intern(spec) : null;
        }
    }

    /// <summary>Name and owner, which are the same in every namespace.</summary>
    private (string Name, IList<V1OwnerReference> Owners) Intern(string name, V1OwnerReference owner)
    {
        var key = $"{name} {owner.ApiVersion} {owner.Kind} {owner.Name} {owner.Uid} {owner.Controller}";
        lock (_gate)
        {
            if (_stamps.TryGetValue(key, out var known))
            {
                return known;
            }

            if (_stamps.Count >= MaxStamps)
            {
                // Custom resources come and go, for years; those that are there are met again at once.
                _stamps.Clear();
            }

            return _stamps[key] = (name, [owner]);
        }
    }

    /// <summary>The spec, or an equal one that was seen before; not to be changed.</summary>
    public V1NetworkPolicySpec Intern(V1NetworkPolicySpec spec)
    {
        if (_isShared.TryGetValue(spec, out _))
        {
            return spec;
        }

        var key = KeyOf(spec);
        lock (_gate)
        {
            if (_specs.TryGetValue(key, out var reference) && reference.TryGetTarget(out var known))
            {
                return known;
            }

            if (_specs.Count >= _sweepAt)
            {
                Sweep();
            }

            _specs[key] = new(spec);
            _isShared.AddOrUpdate(spec, _specs);
            return spec;
        }
    }

    private void Sweep()
    {
        foreach (var (key, reference) in _specs)
        {
            if (!reference.TryGetTarget(out _))
            {
                _specs.Remove(key);
            }
        }

        _sweepAt = Math.Max(FirstSweep, _specs.Count * 2);
    }

    private static UInt128 KeyOf(V1NetworkPolicySpec spec)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, ModelsJson.Contract<V1NetworkPolicySpec>()), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
