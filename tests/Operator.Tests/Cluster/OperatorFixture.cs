namespace Palisade.Operator.Tests.Cluster;

/// <summary>A cluster on which one operator runs all the time, with the permissions of its service account.</summary>
public sealed class OperatorFixture : IAsyncLifetime
{
    private RunningOperator? _running;

    /// <summary>The cluster.</summary>
    public OperatorCluster Cluster { get; } = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await Cluster.InitializeAsync();
        _running = await RunningOperator.LeadingAsync(Cluster.AsOperator, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        await Cluster.DisposeAsync();
    }
}
