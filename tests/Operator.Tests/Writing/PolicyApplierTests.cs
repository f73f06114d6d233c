using System.Text.Json.Nodes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Writing;

/// <summary>API servers that do not keep what they are sent: no real one of today can be made to.</summary>
public sealed class PolicyApplierTests : IAsyncDisposable
{
    private const string DryRun = "dryRun=All";
    private readonly ManualTimeProvider _clock = new();
    private readonly FaultServer _server;
    private readonly KubernetesClient _client;
    private readonly DroppedFields _dropped;
    private readonly NetworkPolicyTrimmer _specs = new();
    private readonly List<Expansions> _expanded = []; // specs are known as long as they are held
    private readonly PolicyApplier _applier;
    private Action<JsonNode> _drop = _ => { };
    private Func<FaultExchange, string?> _refuse = _ => null;

    public PolicyApplierTests()
    {
        _server = new FaultServer(AnswerAsync);
        _client = new KubernetesClient(_server.Options with { MaxAttempts = 1 });
        _dropped = new DroppedFields(_clock);
        _applier = new PolicyApplier(_client, _dropped);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ApplyAsync_EverythingKept_AsksOnceAndThenOnlyWrites()
    {
        var first = await ApplyAsync("a");
        var second = await ApplyAsync("b");

        first.Message.ShouldBeEmpty();
        second.Message.ShouldBeEmpty();
        Requests().ShouldBe(["try a", "write a", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_FieldWasDroppedLongAgo_IsTriedAgain()
    {
        _refuse = RefusesEndPort;
        await ApplyAsync("a", endPort: 90);
        _refuse = _ => null;
        (await ApplyAsync("b", endPort: 90)).Sent!.Ingress!.Single().Ports!.Single().EndPort.ShouldBeNull();

        _clock.Advance(DroppedFields.Lifetime);

        (await ApplyAsync("b", endPort: 90)).Sent!.Ingress!.Single().Ports!.Single().EndPort.ShouldBe(90);
        Requests()[3..].ShouldBe(["write b", "try b", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_PortsAreDropped_NeverWritesARuleWithoutThem()
    {
        _drop = WithoutPorts;

        var applied = await ApplyAsync("a");

        applied.Message.ShouldStartWith("the API server does not keep spec.ingress[0].ports;");
        applied.Sent!.Ingress.ShouldBeNull();
        applied.Sent!.PolicyTypes.ShouldBe(["Ingress"]);
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

        other.Message.ShouldBeEmpty();
        other.Sent!.Ingress!.Count.ShouldBe(1);
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

        third.Message.ShouldStartWith("the API server does not keep spec.ingress[0].ports;");
        Requests()[3..].ShouldBe(["try b", "write b", "try c", "write c"]);
        Written().Count(spec => spec["ingress"] is not null).ShouldBe(1, "that of the namespace where they are kept");
    }

    [Fact]
    public async Task ApplyAsync_DroppedByAWriteOnce_IsTriedFromThenOn()
    {
        await ApplyAsync("a");
        // The watch has shown that a write was not kept.
        var spec = _expanded[0].For(Make.Namespace("a")).Policy!.Spec!;
        _dropped.Add("a", spec, ["spec.ingress[0].ports"]);
        _drop = WithoutPorts;

        var applied = await ApplyAsync("b");

        applied.Message.ShouldStartWith("the API server does not keep spec.ingress[0].ports;");
        Requests()[2..].ShouldBe(["try b", "write b"]);
        Written()[^1]["ingress"].ShouldBeNull();
    }

    [Fact]
    public async Task ApplyAsync_FieldIsRefusedByTheWriteAlone_IsLeftOutFromThenOn()
    {
        await ApplyAsync("a", endPort: 90);
        // The API server has gone back to an older version.
        _refuse = RefusesEndPort;

        var applied = await ApplyAsync("b", endPort: 90);
        await ApplyAsync("c", endPort: 90);

        applied.Message.ShouldStartWith("the API server does not keep spec.ingress[0].ports[0].endPort;");
        applied.Sent!.Ingress!.Single().Ports!.Single().EndPort.ShouldBeNull();
        Requests()[2..].ShouldBe(["write b", "write b", "write c"]);
    }

    [Fact]
    public async Task ApplyAsync_FieldIsRefused_IsLeftOutEverywhereWithoutAskingAgain()
    {
        _refuse = RefusesEndPort;

        var first = await ApplyAsync("a", endPort: 90);
        var second = await ApplyAsync("b", endPort: 90);

        foreach (var applied in new[] { first, second })
        {
            applied.Message.ShouldStartWith("the API server does not keep spec.ingress[0].ports[0].endPort;");
            var port = applied.Sent!.Ingress!.Single().Ports!.Single();
            (port.Port.Number, port.EndPort).ShouldBe((80, null));
        }

        Requests().ShouldBe(["try a", "try a", "write a", "write b"]);
    }

    [Fact]
    public async Task ApplyAsync_SelectorIsDropped_WritesNothing()
    {
        _drop = spec => spec["podSelector"]!.AsObject().Remove("matchLabels");

        var applied = await ApplyAsync("a", selector: new() { MatchLabels = Labels() });

        applied.Sent.ShouldBeNull();
        applied.Message.ShouldStartWith("the API server does not keep spec.podSelector.matchLabels;");
        Written().ShouldBeEmpty();
    }

    [Fact]
    public async Task ApplyAsync_LabelOfTheSelectorIsDropped_WritesNothing()
    {
        _drop = spec => spec["podSelector"]!["matchLabels"]!.AsObject().Remove("app");

        var labels = Labels();
        labels["tier"] = "web";
        var applied = await ApplyAsync("a", selector: new() { MatchLabels = labels });

        applied.Sent.ShouldBeNull();
        Written().ShouldBeEmpty();
    }

    [Fact]
    public async Task ApplyAsync_RuleIsDropped_LeavesOutTheRules()
    {
        _drop = spec => (spec["ingress"] as JsonArray)?.RemoveAt(0);

        var applied = await ApplyAsync("a");

        applied.Sent!.Ingress.ShouldBeNull();
        applied.Sent.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Fact]
    public async Task ApplyAsync_NobodyCanSayInADryRun_WritesAndLooks()
    {
        _refuse = exchange => IsDryRun(exchange) ? "admission webhook \"x\" does not support dry run" : null;

        var applied = await ApplyAsync("a");

        applied.Message.ShouldBeEmpty();
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

    /// <summary>Applies it, or what is left of it once it is known what is dropped.</summary>
    private async Task<(V1NetworkPolicySpec? Sent, string Message)> ApplyAsync(
        string target,
        int? endPort = null,
        V1LabelSelector? selector = null
    )
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
        var expansions = new Expansions(source, new ExpansionContext(), _specs);
        _expanded.Add(expansions);
        var planner = new StampPlanner(new SpecAgreement(), _dropped);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var selected = Make.Namespace(target, ("tier", "web"));
            var decision = planner.Decide(expansions, target, selected, StampedPolicies.Only(null));
            if (decision.Desired is not { } desired)
            {
                return (null, decision.Message);
            }

            if (await _applier.ApplyAsync(ApplyBody.ToCreate(desired), current: null, Cancel) is not null)
            {
                return (desired.Spec, decision.Message);
            }
        }

        throw new InvalidOperationException("it is tried again and again");
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
        kept["metadata"]!["resourceVersion"] = "7";
        await exchange.RespondAsync(200, kept.ToJsonString());
    }

    private List<string> Requests() =>
        [.. _server.Exchanges.Select(exchange => $"{(IsDryRun(exchange) ? "try" : "write")} {exchange.Path.Split('/')[5]}")];

    private List<JsonNode> Written() =>
        [.. _server.Exchanges.Where(exchange => !IsDryRun(exchange)).Select(exchange => JsonNode.Parse(exchange.Body)!["spec"]!)];

    private static string? RefusesEndPort(FaultExchange exchange) =>
        exchange.Body.Contains("endPort", StringComparison.Ordinal)
            ? ".spec.ingress[0].ports[0].endPort: field not declared in schema"
            : null;

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
