using System.Text.Json.Nodes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Writing;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Writing;

/// <summary>API servers that do not keep what they are sent: no real one of today can be made to.</summary>
public sealed class PolicyApplierTests : IAsyncDisposable
{
    private const string DryRun = "dryRun=All";
    private readonly ManualTimeProvider _clock = new();
    private readonly FaultServer _server;
    private readonly KubernetesClient _client;
    private readonly PolicyApplier _applier;
    private Action<JsonNode> _drop = _ => { };
    private Func<FaultExchange, string?> _refuse = _ => null;

    public PolicyApplierTests()
    {
        _server = new FaultServer(AnswerAsync);
        _client = new KubernetesClient(_server.Options with { MaxAttempts = 1 });
        _applier = new PolicyApplier(_client, new NetworkPolicySlimming(), new SpecAgreement(), _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ApplyAsync_EverythingKept_AsksOnceAndThenOnlyWrites()
    {
        var first = await ApplyAsync("a");
        var second = await ApplyAsync("b");

        first.Dropped.ShouldBeEmpty();
        second.Dropped.ShouldBeEmpty();
        Requests().ShouldBe(["try a", "write a", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_AnswerIsOld_AsksAgain()
    {
        await ApplyAsync("a");
        _clock.Advance(KnownFields.Lifetime + TimeSpan.FromSeconds(1));
        await ApplyAsync("b");

        Requests().ShouldBe(["try a", "write a", "try b", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_PortsAreDropped_NeverWritesARuleWithoutThem()
    {
        _drop = WithoutPorts;

        var applied = await ApplyAsync("a");

        applied.Dropped.ShouldBe(["spec.ingress[0].ports"]);
        applied.Answer!.Spec!.Ingress.ShouldBeNull();
        applied.Answer.Spec.PolicyTypes.ShouldBe(["Ingress"]);
        Requests().ShouldBe(["try a", "try a", "write a"]);
        Written().ShouldAllBe(spec => spec["ingress"] == null);
    }

    [Fact]
    public async Task ApplyAsync_PortsAreDroppedInOneNamespaceOnly_IsNarrowedThereAlone()
    {
        _drop = WithoutPorts;
        await ApplyAsync("a");
        _drop = _ => { };

        var other = await ApplyAsync("b");

        other.Dropped.ShouldBeEmpty();
        other.Answer!.Spec!.Ingress!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ApplyAsync_PortsWereDroppedOnce_AreTriedInEachNamespaceFromThenOn()
    {
        _drop = WithoutPorts;
        await ApplyAsync("a");
        _drop = _ => { };
        await ApplyAsync("b");
        _drop = WithoutPorts;

        var third = await ApplyAsync("c");

        third.Dropped.ShouldBe(["spec.ingress[0].ports"]);
        Requests()[3..].ShouldBe(["try b", "write b", "try c", "write c"]);
        Written().Count(spec => spec["ingress"] is not null).ShouldBe(1, "that of the namespace where they are kept");
    }

    [Fact]
    public async Task ApplyAsync_DroppedByAWriteOnce_IsTriedFromThenOn()
    {
        await ApplyAsync("a");
        _drop = WithoutPorts;
        await ApplyAsync("b");
        await ApplyAsync("c");

        Requests()[2..].ShouldBe(["write b", "write b", "try c", "write c"]);
    }

    [Fact]
    public async Task ApplyAsync_DroppedByTheWriteAlone_IsWrittenNarrowerAtOnce()
    {
        await ApplyAsync("a");
        _drop = WithoutPorts;

        var applied = await ApplyAsync("b");

        applied.Dropped.ShouldBe(["spec.ingress[0].ports"]);
        (applied.Answer!.Spec!.Ingress ?? []).ShouldBeEmpty();
        Requests()[2..].ShouldBe(["write b", "write b"]);
        var metadata = JsonNode.Parse(_server.Exchanges[^1].Body)!["metadata"]!;
        metadata["resourceVersion"].ShouldBeNull("it is no longer to be created");
        metadata["uid"]!.GetValue<string>().ShouldBe("stamped");
    }

    [Fact]
    public async Task ApplyAsync_FieldIsRefused_IsLeftOutEverywhereWithoutAskingAgain()
    {
        _refuse = exchange => exchange.Body.Contains("endPort") ? ".spec.ingress[0].ports[0].endPort: field not declared in schema" : null;

        var first = await ApplyAsync("a", endPort: 90);
        var second = await ApplyAsync("b", endPort: 90);

        foreach (var applied in new[] { first, second })
        {
            applied.Dropped.ShouldBe(["spec.ingress[0].ports[0].endPort"]);
            var port = applied.Answer!.Spec!.Ingress!.Single().Ports!.Single();
            (port.Port, port.EndPort).ShouldBe((80, null));
        }

        Requests().ShouldBe(["try a", "try a", "write a", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_SelectorIsDropped_WritesNothing()
    {
        _drop = spec => spec["podSelector"]!.AsObject().Remove("matchLabels");

        var applied = await ApplyAsync("a", selector: new() { MatchLabels = Labels() });

        applied.Answer.ShouldBeNull();
        applied.Dropped.ShouldBe(["spec.podSelector.matchLabels"]);
        Written().ShouldBeEmpty();
    }

    [Fact]
    public async Task ApplyAsync_NobodyCanSayInADryRun_WritesAndLooks()
    {
        _refuse = exchange => IsDryRun(exchange) ? "admission webhook \"x\" does not support dry run" : null;

        var applied = await ApplyAsync("a");

        applied.Dropped.ShouldBeEmpty();
        Requests().ShouldBe(["try a", "write a"]);
    }

    [Fact]
    public async Task ApplyAsync_RefusedForAnotherReason_SaysThat()
    {
        _refuse = _ => "exceeded quota: none";

        var failure = await Should.ThrowAsync<KubernetesException>(() => ApplyAsync("a"));

        failure.Message.ShouldBe("exceeded quota: none");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private Task<AppliedPolicy> ApplyAsync(string target, int? endPort = null, V1LabelSelector? selector = null)
    {
        var source = Make.Source(
            Make.ClusterPolicy(
                "x",
                configure: spec =>
                {
                    spec.PodSelector = selector ?? new();
                    spec.Ingress = [new() { Ports = [new() { Port = 80, EndPort = endPort }] }];
                }
            )
        );
        return _applier.ApplyAsync(WireForm.ToCreate(Make.Stamped(source, target)), Cancel);
    }

    private async Task AnswerAsync(FaultExchange exchange)
    {
        if (_refuse(exchange) is { } message)
        {
            var status = JsonNode.Parse(FaultExchange.Status(400, "BadRequest"))!;
            status["message"] = message;
            await exchange.RespondAsync(400, status.ToJsonString());
            return;
        }

        var kept = JsonNode.Parse(exchange.Body)!;
        _drop(kept["spec"]!);
        kept["metadata"]!["uid"] = "stamped";
        await exchange.RespondAsync(200, kept.ToJsonString());
    }

    private List<string> Requests() =>
        [.. _server.Exchanges.Select(exchange => $"{(IsDryRun(exchange) ? "try" : "write")} {exchange.Path.Split('/')[5]}")];

    private List<JsonNode> Written() =>
        [.. _server.Exchanges.Where(exchange => !IsDryRun(exchange)).Select(exchange => JsonNode.Parse(exchange.Body)!["spec"]!)];

    private static bool IsDryRun(FaultExchange exchange) => exchange.Path.Contains(DryRun, StringComparison.Ordinal);

    private static void WithoutPorts(JsonNode spec)
    {
        foreach (var rule in spec["ingress"] as JsonArray ?? [])
        {
            rule!.AsObject().Remove("ports");
        }
    }

    private static Dictionary<string, string> Labels() => new(StringComparer.Ordinal) { ["app"] = "x" };
}
