namespace Palisade.Operator.Tests.Cluster;

/// <summary>A cluster on which one operator runs all the time, with the permissions of its service account.</summary>
public sealed class OperatorFixture : IAsyncLifetime
{
    private RunningOperator? running;

    /// <summary>The cluster.</summary>
    public OperatorCluster Cluster { get; } = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await Cluster.InitializeAsync();
        running = await RunningOperator.LeadingAsync(Cluster.AsOperator, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            await running.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }
}
