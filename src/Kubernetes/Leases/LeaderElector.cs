using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Leases;

/// <summary>Has work done by one of several processes only, by means of a Lease.</summary>
public sealed class LeaderElector
{
    /// <summary>Makes an elector; nothing runs before <see cref="RunAsync"/>.</summary>
    public LeaderElector(
        IKubernetesClient client,
        LeaderElectionOptions options,
        ILogger<LeaderElector> logger,
        TimeProvider? timeProvider = null
    ) { }

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader => throw new NotSupportedException();

    /// <summary>
    /// Competes for the Lease and leads while it is held, again and again until cancelled. When the Lease cannot be renewed in time, the work's
    /// token is cancelled and its end awaited. On cancellation the work is ended first, then the Lease given up, so that others take over at once.
    /// When the work ends by itself or fails, so does this method, and the Lease is given up.
    /// </summary>
    /// <param name="lead">The work; its token is cancelled when the Lease is lost.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    public Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken) => throw new NotSupportedException();
}
