using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Operator.Caches;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Runtime.Events;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>How often a status is written; the clock stands still.</summary>
[Collection<BareCollection>]
public sealed class StatusWriterTests : OperatorTest, IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly OperatorMetrics _metrics = new();
    private readonly LastStatus _last = new();
    private readonly StatusWriter<ClusterNetworkPolicy> _writer;

    public StatusWriterTests(OperatorCluster cluster)
        : base(cluster)
    {
        var kind = SourceKinds.ClusterPolicies(
            new OperatorCaches(Client, new NetworkPolicyTrimmer(), NullLoggerFactory.Instance),
            "palisade-system"
        );
        var events = new EventRecorder(
            Client,
            new() { Controller = "test", Instance = "test" },
            NullLogger<EventRecorder>.Instance,
            _clock
        );
        _writer = new StatusWriter<ClusterNetworkPolicy>(kind, Client, events, _metrics, _clock);
    }

    [Fact]
    public async Task WriteAsync_RollOutGoesOn_WaitsForTheSecond()
    {
        var policy = await ClusterPolicyAsync();
        (await WriteAsync(policy, upToDate: 1, pending: 2)).ShouldBeNull();

        (await WriteAsync(policy, upToDate: 2, pending: 1)).ShouldBe(TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(1));
        (await WriteAsync(policy, upToDate: 2, pending: 1)).ShouldBeNull();
        (await CountsAsync(policy)).ShouldBe((2, "Progressing"));
    }

    [Fact]
    public async Task WriteAsync_RollOutHasJustBegun_SaysNothingUnlessItLasts()
    {
        var policy = await ClusterPolicyAsync();
        var begun = _clock.GetUtcNow();

        (await WriteAsync(policy, upToDate: 1, pending: 2, begun)).ShouldBe(TimeSpan.FromSeconds(1));
        (await Client.GetAsync<ClusterNetworkPolicy>(policy.Metadata.Name, cancellationToken: Cancel))!.Status.ShouldBeNull();

        _clock.Advance(TimeSpan.FromSeconds(1));
        (await WriteAsync(policy, upToDate: 1, pending: 2, begun)).ShouldBeNull();
        (await CountsAsync(policy)).ShouldBe((1, "Progressing"));
    }

    [Fact]
    public async Task WriteAsync_RollOutEnds_SaysSoAtOnce()
    {
        var policy = await ClusterPolicyAsync();
        await WriteAsync(policy, upToDate: 1, pending: 2);

        (await WriteAsync(policy, upToDate: 3, pending: 0)).ShouldBeNull();

        (await CountsAsync(policy)).ShouldBe((3, "UpToDate"));
    }

    [Fact]
    public async Task WriteAsync_NamespacesComeInAStream_WaitsForTheSecond()
    {
        var policy = await ClusterPolicyAsync();
        await WriteAsync(policy, upToDate: 1, pending: 0);

        (await WriteAsync(policy, upToDate: 2, pending: 0)).ShouldBe(TimeSpan.FromSeconds(1));

        (await CountsAsync(policy)).ShouldBe((1, "UpToDate"));
    }

    [Fact]
    public async Task WriteAsync_CacheShowsTheWriteBeforeTheLast_WritesAtOnce()
    {
        var created = await ClusterPolicyAsync();
        await WriteAsync(created, upToDate: 1, pending: 2);
        var shown = (await Client.GetAsync<ClusterNetworkPolicy>(created.Metadata.Name, cancellationToken: Cancel))!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(created, upToDate: 2, pending: 1);

        (await WriteAsync(shown, upToDate: 3, pending: 0)).ShouldBeNull();

        (await CountsAsync(created)).ShouldBe((3, "UpToDate"));
    }

    [Fact]
    public async Task WriteAsync_SomebodyElseHasWritten_GoesByWhatTheCacheShowsThen()
    {
        var created = await ClusterPolicyAsync();
        await WriteAsync(created, upToDate: 1, pending: 2);
        var edited = await ChangeAsync(created, policy => policy.Metadata.Labels = Labels(("edited", "yes")));

        (await WriteAsync(created, upToDate: 3, pending: 0)).ShouldNotBeNull("a conflict");
        (await WriteAsync(edited, upToDate: 3, pending: 0)).ShouldBeNull();

        (await CountsAsync(created)).ShouldBe((3, "UpToDate"));
    }

    public void Dispose() => _metrics.Dispose();

    private Task<TimeSpan?> WriteAsync(ClusterNetworkPolicy policy, int upToDate, int pending, DateTimeOffset plannedAt = default)
    {
        var outcomes = Enumerable
            .Range(0, upToDate + pending)
            .ToDictionary(i => $"n{i}", i => i < upToDate ? NamespaceOutcome.UpToDate : NamespaceOutcome.Pending, StringComparer.Ordinal);
        var input = new StatusInput(policy.Metadata.Generation, NameOf(policy), OutcomeSummary.From(outcomes)) { PlannedAt = plannedAt };
        return _writer.WriteAsync(policy, _last, input, Cancel);
    }

    private async Task<(int UpToDate, string Reason)> CountsAsync(ClusterNetworkPolicy policy)
    {
        var status = (await Client.GetAsync<ClusterNetworkPolicy>(policy.Metadata.Name, cancellationToken: Cancel))!.Status!;
        return (status.Namespaces!.UpToDate, Condition(status, "Ready").Reason);
    }
}
