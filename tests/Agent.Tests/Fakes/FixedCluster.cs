using Palisade.Agent.Cluster;
using Palisade.Policy;

namespace Palisade.Agent.Tests.Fakes;

/// <summary>A cluster that is what the test says.</summary>
internal sealed class FixedCluster : IClusterSource
{
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClusterSnapshot Content { get; set; } = ClusterSnapshot.Empty;

    public string? AuditProblem { get; set; }

    public string? AgeProblem { get; set; }

    public int Snapshots { get; private set; }

    public IReadOnlyList<string> Unsynced => _synced.Task.IsCompleted ? [] : ["Pod"];

    public void CompleteSync() => _synced.TrySetResult();

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    public ClusterSnapshot Snapshot()
    {
        Snapshots++;
        return Content;
    }
}
