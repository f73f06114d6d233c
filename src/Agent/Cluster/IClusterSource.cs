using Palisade.Policy;

namespace Palisade.Agent.Cluster;

/// <summary>Where the loop has its picture of the cluster from: the API server's watches, or a test.</summary>
public interface IClusterSource
{
    /// <summary>Kinds that have not been read completely yet, each with the reason as far as it is known; nothing may be written before there is none.</summary>
    IReadOnlyList<string> Unsynced { get; }

    /// <summary>Why profiles in Audit are not looked at, while all else is enforced; null when they are, or there are none.</summary>
    string? AuditProblem { get; }

    /// <summary>What has not been heard of for too long; null while the picture is up to date. The same text for as long as it is the same kinds.</summary>
    string? AgeProblem { get; }

    /// <summary>Waits until all kinds have been read completely.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>What is known of the cluster now.</summary>
    ClusterSnapshot Snapshot();
}
