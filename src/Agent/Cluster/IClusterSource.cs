using Palisade.Policy;

namespace Palisade.Agent.Cluster;

/// <summary>Where the loop has its picture of the cluster from: the API server's watches, or a test.</summary>
public interface IClusterSource
{
    /// <summary>Kinds that have not been read completely yet; nothing may be written before there is none.</summary>
    IReadOnlyList<string> Unsynced { get; }

    /// <summary>Waits until all kinds have been read completely.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>What is known of the cluster now.</summary>
    ClusterSnapshot Snapshot();
}
