using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Tests.Caching;

public sealed class InformerTests(ApiServerFixture server) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<NamespacedName> _reported = new();
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _end.Dispose();
    }

    [Fact]
    public async Task RunAsync_ObjectsComeChangeAndGo_CacheAndSubscribersFollow()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var before = await server.Client.CreateAsync(Policy(inNamespace, "before"), Token);
        var informer = Start(
            new InformerOptions<V1NetworkPolicy>
            {
                Selection = new ListOptions { Namespace = inNamespace, PageSize = 1 },
            }
        );
        await informer.WaitForSyncAsync(Token);
        informer.List().Select(policy => policy.Metadata.Name).ShouldBe(["before"]);

        var after = await server.Client.CreateAsync(Policy(inNamespace, "after"), Token);
        await Eventually.TrueAsync(() => informer.Get(NamespacedName.From(after)) is not null, Token);
        informer.List().Select(policy => policy.Metadata.Name).ShouldBe(["after", "before"]);

        after.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1" };
        await server.Client.UpdateAsync(after, Token);
        await Eventually.TrueAsync(() => informer.Get(NamespacedName.From(after))!.Metadata.Labels?["a"] == "1", Token);

        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(before), null, Token);
        await Eventually.TrueAsync(() => informer.Get(NamespacedName.From(before)) is null, Token);

        string[] expected = ["before", "after", "after", "before"];
        await Eventually.TrueAsync(() => _reported.Select(key => key.Name).SequenceEqual(expected), Token);
        informer.Count.ShouldBe(1);
        informer.LastActivity.ShouldNotBeNull();
    }

    [Fact]
    public async Task RunAsync_MoreObjectsThanTheBudget_EndsBeforeTheListIsRead()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => server.Client.CreateAsync(Policy(inNamespace, $"p{i}"), Token)));
        var budget = new CacheBudget(2);
        var informer = new Informer<V1NetworkPolicy>(
            server.Client,
            new()
            {
                Selection = new() { Namespace = inNamespace, PageSize = 1 },
                Budget = budget,
            },
            NullLogger<Informer<V1NetworkPolicy>>.Instance
        );

        await Should.ThrowAsync<CacheBudgetException>(() => informer.RunAsync(Token));
        _running = Task.FromCanceled(new CancellationToken(canceled: true)); // It has ended.

        informer.HasSynced.ShouldBeFalse();
        budget.Held.ShouldBe(3);
    }

    [Fact]
    public async Task RunAsync_ObjectsComeChangeAndGo_BudgetHoldsThoseThatAreThere()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = await server.Client.CreateAsync(Policy(inNamespace, "first"), Token);
        var budget = new CacheBudget(10);
        var informer = Start(
            new InformerOptions<V1NetworkPolicy>
            {
                Selection = new ListOptions { Namespace = inNamespace },
                Budget = budget,
                Weight = entity => 1 + (entity.Metadata.Labels?.Count ?? 0),
            }
        );
        await informer.WaitForSyncAsync(Token);
        budget.Held.ShouldBe(1);

        policy.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" };
        await server.Client.UpdateAsync(policy, Token);
        await server.Client.CreateAsync(Policy(inNamespace, "second"), Token);
        await Eventually.TrueAsync(() => budget.Held == 4, Token);

        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(policy), null, Token);
        await Eventually.TrueAsync(() => budget.Held == 1, Token);
    }

    [Fact]
    public async Task List_NothingChanged_IsTheSameList()
    {
        // A namespace that nobody else writes into while this looks twice.
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        await server.Client.CreateAsync(Policy(inNamespace, "p"), Token);
        var informer = Start(new InformerOptions<V1NetworkPolicy> { Selection = new ListOptions { Namespace = inNamespace } });
        await informer.WaitForSyncAsync(Token);

        informer.List().ShouldBeSameAs(informer.List());
    }

    [Fact]
    public async Task ByIndex_ValueChanges_FindsTheObjectUnderTheNewOneOnly()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var informer = Start(
            new InformerOptions<V1NetworkPolicy>
            {
                Selection = new ListOptions { Namespace = inNamespace },
                Indexes = new Dictionary<string, Func<V1NetworkPolicy, IEnumerable<string>>>
                {
                    ["color"] = policy => policy.Metadata.Labels?.Values ?? Enumerable.Empty<string>(),
                },
            }
        );
        var policy = Policy(inNamespace, "p");
        policy.Metadata.Labels = new Dictionary<string, string> { ["color"] = "red" };
        policy = await server.Client.CreateAsync(policy, Token);
        await Eventually.TrueAsync(() => informer.ByIndex("color", "red").Count == 1, Token);

        policy.Metadata.Labels!["color"] = "blue";
        await server.Client.UpdateAsync(policy, Token);

        await Eventually.TrueAsync(() => informer.ByIndex("color", "blue").Count == 1, Token);
        informer.ByIndex("color", "red").ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => informer.ByIndex("shape", "red"));
    }

    [Fact]
    public async Task RunAsync_LabelSelector_ObjectThatNoLongerMatchesIsGone()
    {
        var created = await server.CreateNamespaceAsync(new Dictionary<string, string> { ["informer-test"] = "yes" }, Token);
        var informer = new Informer<V1Namespace>(
            server.Client,
            new InformerOptions<V1Namespace> { Selection = new ListOptions { LabelSelector = "informer-test=yes" } },
            NullLogger<Informer<V1Namespace>>.Instance
        );
        _running = informer.RunAsync(_end.Token);
        await informer.WaitForSyncAsync(Token);
        informer.Get(NamespacedName.From(created)).ShouldNotBeNull();

        var other = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["informer-test"] = "no" } } };
        await server.Client.PatchAsync<V1Namespace>(NamespacedName.From(created), Patch.Merge(other), null, Token);

        await Eventually.TrueAsync(() => informer.Get(NamespacedName.From(created)) is null, Token);
    }

    [Fact]
    public async Task RunAsync_Strip_KeepsOnlyWhatIsNeeded()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = Policy(inNamespace, "p");
        policy.Metadata.Annotations = new Dictionary<string, string> { ["long"] = "text" };
        await server.Client.CreateAsync(policy, Token);
        var informer = Start(
            new InformerOptions<V1NetworkPolicy>
            {
                Selection = new ListOptions { Namespace = inNamespace },
                Strip = read => read.Metadata.Annotations = null,
            }
        );
        await informer.WaitForSyncAsync(Token);

        var kept = informer.List().ShouldHaveSingleItem();

        kept.Metadata.Annotations.ShouldBeNull();
        kept.Metadata.ManagedFields.ShouldBeNull();
    }

    [Fact]
    public async Task Subscribe_IrrelevantChange_IsCachedButNotReported()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var policy = await server.Client.CreateAsync(Policy(inNamespace, "p"), Token);
        var informer = Start(
            new InformerOptions<V1NetworkPolicy>
            {
                Selection = new ListOptions { Namespace = inNamespace },
                IsRelevantChange = (before, after) => before.Metadata.Generation != after.Metadata.Generation,
            }
        );
        await informer.WaitForSyncAsync(Token);

        policy.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1" };
        policy = await server.Client.UpdateAsync(policy, Token);
        await Eventually.TrueAsync(() => informer.List()[0].Metadata.Labels is not null, Token);
        policy.Spec!.PolicyTypes = ["Ingress", "Egress"];
        await server.Client.UpdateAsync(policy, Token);
        await Eventually.TrueAsync(() => informer.List()[0].Spec!.PolicyTypes!.Count == 2, Token);

        await Eventually.TrueAsync(() => _reported.Count == 2, Token);
    }

    private static V1NetworkPolicy Policy(string inNamespace, string name) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = inNamespace },
            Spec = new V1NetworkPolicySpec { PodSelector = new V1LabelSelector() },
        };

    private Informer<V1NetworkPolicy> Start(InformerOptions<V1NetworkPolicy> options)
    {
        var informer = new Informer<V1NetworkPolicy>(server.Client, options, NullLogger<Informer<V1NetworkPolicy>>.Instance);
        informer.Subscribe(_reported.Enqueue);
        _running = informer.RunAsync(_end.Token);
        return informer;
    }
}
