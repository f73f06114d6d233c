using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Leases;

/// <summary>The Lease as this process last saw it, and when it saw it change.</summary>
internal sealed class LeaseRecord(IKubernetesClient client, LeaderElectionOptions options, TimeProvider timeProvider)
{
    private V1Lease? _observed;
    private long _observedAt;

    /// <summary>Who holds the Lease, as last seen; null when nobody does.</summary>
    public string? Holder => _observed?.Spec?.HolderIdentity is { Length: > 0 } holder ? holder : null;

    /// <summary>Whether the Lease, as last seen, is held by another process.</summary>
    public bool IsHeldByAnother => Holder is { } holder && holder != options.Identity;

    /// <summary>Takes the Lease when it is free or over, renews it when it is ours already; false when another holds it or was faster.</summary>
    public async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        var current = await client.GetAsync<V1Lease>(options.Name, options.Namespace, cancellationToken);
        if (current is not null)
        {
            Observe(current);
            if (IsHeldByAnother && timeProvider.GetElapsedTime(_observedAt) < Duration(current))
            {
                return false;
            }
        }

        try
        {
            var next = Next(current?.Spec);
            next.Metadata.ResourceVersion = current?.Metadata.ResourceVersion;
            Observe(
                current is null ? await client.CreateAsync(next, cancellationToken) : await client.UpdateAsync(next, cancellationToken)
            );
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            return false;
        }
    }

    /// <summary>Gives the Lease up, if it is still as we left it.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_observed?.Spec is not { } spec)
        {
            return;
        }

        var free = Lease(
            new V1LeaseSpec
            {
                HolderIdentity = "",
                LeaseDurationSeconds = 1,
                AcquireTime = spec.AcquireTime,
                RenewTime = timeProvider.GetUtcNow().UtcDateTime,
                LeaseTransitions = spec.LeaseTransitions,
            }
        );
        free.Metadata.ResourceVersion = _observed.Metadata.ResourceVersion;
        _observed = await client.UpdateAsync(free, cancellationToken);
    }

    private static TimeSpan Duration(V1Lease lease) => TimeSpan.FromSeconds(lease.Spec?.LeaseDurationSeconds ?? 0);

    private void Observe(V1Lease lease)
    {
        if (_observed?.Metadata.ResourceVersion != lease.Metadata.ResourceVersion)
        {
            _observedAt = timeProvider.GetTimestamp();
        }

        _observed = lease;
    }

    private V1Lease Next(V1LeaseSpec? before)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        var renews = before?.HolderIdentity == options.Identity;
        return Lease(
            new V1LeaseSpec
            {
                HolderIdentity = options.Identity,
                LeaseDurationSeconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds),
                AcquireTime = renews ? before?.AcquireTime ?? now : now,
                RenewTime = now,
                LeaseTransitions = renews ? before?.LeaseTransitions ?? 0 : (before?.LeaseTransitions ?? -1) + 1,
            }
        );
    }

    private V1Lease Lease(V1LeaseSpec spec) =>
        new()
        {
            Metadata = new() { Name = options.Name, NamespaceProperty = options.Namespace },
            Spec = spec,
        };
}
