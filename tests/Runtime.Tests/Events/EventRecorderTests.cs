using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Events;

namespace Palisade.Runtime.Tests.Events;

public sealed class EventRecorderTests(ApiServerFixture server) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ManualTimeProvider _clock = new();
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _end.Dispose();
    }

    [Fact]
    public async Task Record_NamespacedObject_IsSeenBesideIt()
    {
        var policy = await PolicyAsync();
        var recorder = Start();

        recorder.Record(policy, EventType.Warning, "NameConflict", "Stamp", "a policy of that name is not ours");

        var sent = (await EventsAsync(policy, 1)).Single();
        sent.Type.ShouldBe("Warning");
        sent.Reason.ShouldBe("NameConflict");
        sent.Action.ShouldBe("Stamp");
        sent.Note.ShouldBe("a policy of that name is not ours");
        sent.Regarding!.Uid.ShouldBe(policy.Metadata.Uid);
        sent.ReportingController.ShouldBe("palisade.dev/test");
        sent.Series.ShouldBeNull();
    }

    [Fact]
    public async Task Record_ClusterScopedObjectWithLongNameAndNote_IsCutToTheLimits()
    {
        var entity = new V1Namespace
        {
            Metadata = new() { Name = string.Concat(Enumerable.Repeat("abc.", 63)) + "d", Uid = Guid.NewGuid().ToString() },
        };
        var recorder = Start();

        recorder.Record(entity, EventType.Normal, "Tested", "Test", new string('ü', 2000));

        var sent = (await EventsAsync(entity, 1)).Single();
        sent.Metadata.NamespaceProperty.ShouldBe("kube-system");
        sent.Note!.ShouldEndWith("ü...");
        System.Text.Encoding.UTF8.GetByteCount(sent.Note!).ShouldBeLessThanOrEqualTo(1024);
    }

    [Fact]
    public async Task Record_TheSameAgainAndAgain_IsOneEventWithASeries()
    {
        var policy = await PolicyAsync();
        var recorder = Start();
        for (var i = 0; i < 5; i++)
        {
            recorder.Record(policy, EventType.Warning, "Same", "Test", "the same");
        }

        recorder.Record(policy, EventType.Warning, "Other", "Test", "another");
        await EventsAsync(policy, 2);
        _clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(async () => (await EventsAsync(policy, 2)).Any(sent => sent.Series?.Count == 5), Token);
        (await EventsAsync(policy, 2)).Single(sent => sent.Reason == "Other").Series.ShouldBeNull();
    }

    [Fact]
    public async Task Record_TheSameOnceMore_BeginsTheSeriesAtOnce()
    {
        var policy = await PolicyAsync();
        var recorder = Start();

        recorder.Record(policy, EventType.Warning, "Same", "Test", "the same");
        recorder.Record(policy, EventType.Warning, "Same", "Test", "the same");

        await Eventually.TrueAsync(async () => (await EventsAsync(policy, 1)).Single().Series?.Count == 2, Token);
    }

    [Fact]
    public async Task Record_TheSameReasonInOtherWords_IsOneEventWithASeries()
    {
        var policy = await PolicyAsync();
        var recorder = Start();
        for (var i = 0; i < 100; i++)
        {
            recorder.Record(policy, EventType.Warning, "NameConflict", "Stamp", $"{i} of 100 namespaces are up to date");
        }

        recorder.Record(policy, EventType.Normal, "UpToDate", "Stamp", "all are up to date");
        await EventsAsync(policy, 2);
        _clock.Advance(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync(async () => (await EventsAsync(policy, 2)).Any(sent => sent.Series?.Count == 100), Token);
    }

    [Fact]
    public async Task Record_TheSameAfterAQuietTime_IsANewEvent()
    {
        var policy = await PolicyAsync();
        var recorder = Start();
        recorder.Record(policy, EventType.Warning, "Same", "Test", "the same");
        await EventsAsync(policy, 1);
        _clock.Advance(TimeSpan.FromMinutes(7));

        recorder.Record(policy, EventType.Warning, "Same", "Test", "the same");

        (await EventsAsync(policy, 2)).ShouldAllBe(sent => sent.Series == null);
    }

    [Fact]
    public async Task Record_MoreThanTheBurst_DropsUntilTimeGoesBy()
    {
        var policy = await PolicyAsync();
        var recorder = Start(
            new EventRecorderOptions
            {
                Controller = "palisade.dev/test",
                Instance = "me",
                Burst = 3,
                Refill = TimeSpan.FromHours(1),
            }
        );
        for (var i = 0; i < 10; i++)
        {
            recorder.Record(policy, EventType.Normal, $"Number{i}", "Test", "one of many");
        }

        // One that needs no room comes last: once it is counted, the others were taken or dropped.
        recorder.Record(policy, EventType.Normal, "Number0", "Test", "one of many");
        await Eventually.TrueAsync(async () => (await EventsAsync(policy, 3)).Any(sent => sent.Series?.Count == 2), Token);
        (await EventsAsync(policy, 3))
            .Select(sent => sent.Reason!)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["Number0", "Number1", "Number2"]);

        _clock.Advance(TimeSpan.FromHours(1));
        recorder.Record(policy, EventType.Normal, "Later", "Test", "later");
        (await EventsAsync(policy, 4)).ShouldContain(sent => sent.Reason == "Later");
    }

    [Fact]
    public async Task Record_ApiServerRefuses_GoesOn()
    {
        var absent = new V1NetworkPolicy
        {
            Metadata = new()
            {
                Name = "p",
                NamespaceProperty = "no-such-namespace",
                Uid = "u",
            },
        };
        var policy = await PolicyAsync();
        var recorder = Start();

        recorder.Record(absent, EventType.Normal, "Lost", "Test", "lost");
        recorder.Record(policy, EventType.Normal, "Kept", "Test", "kept");

        (await EventsAsync(policy, 1)).Single().Reason.ShouldBe("Kept");
    }

    [Fact]
    public async Task Record_WithoutRunning_NeitherWaitsNorGrowsWithoutEnd()
    {
        var policy = await PolicyAsync();
        var recorder = new EventRecorder(
            server.Client,
            new EventRecorderOptions { Controller = "palisade.dev/test", Instance = "me" },
            NullLogger<EventRecorder>.Instance,
            _clock
        );
        _running = Task.FromCanceled(new CancellationToken(canceled: true));

        for (var i = 0; i < 5000; i++)
        {
            recorder.Record(policy, EventType.Normal, "Many", "Test", "many");
        }
    }

    private EventRecorder Start(EventRecorderOptions? options = null)
    {
        var recorder = new EventRecorder(
            server.Client,
            options ?? new EventRecorderOptions { Controller = "palisade.dev/test", Instance = "me" },
            NullLogger<EventRecorder>.Instance,
            _clock
        );
        _running = recorder.RunAsync(_end.Token);
        return recorder;
    }

    private async Task<V1NetworkPolicy> PolicyAsync()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = new V1NetworkPolicy
        {
            Metadata = new() { Name = "p", NamespaceProperty = inNamespace },
            Spec = new V1NetworkPolicySpec { PodSelector = new V1LabelSelector() },
        };
        return await server.Client.CreateAsync(policy, Token);
    }

    private async Task<List<Eventsv1Event>> EventsAsync(IKubernetesObject<V1ObjectMeta> regarding, int count)
    {
        List<Eventsv1Event> found = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var options = new ListOptions { Namespace = regarding.Metadata.NamespaceProperty ?? "kube-system" };
                var all = await server.Client.ListAsync<Eventsv1Event>(options, Token);
                found = [.. all.Items.Where(sent => sent.Regarding?.Uid == regarding.Metadata.Uid)];
                return found.Count == count;
            },
            Token
        );
        return found;
    }
}
