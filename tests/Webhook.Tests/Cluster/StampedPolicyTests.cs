using Palisade.Testing;
using Palisade.Webhook.Admission;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>What an administrator is told, and may do, with a NetworkPolicy that a custom resource stamped.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class StampedPolicyTests(ClusterFixture cluster) : IAsyncLifetime
{
    private const string Made = "NetworkPolicy \"palisade-cnp-guarded\" is made by ClusterNetworkPolicy \"guarded\"";
    private const string Instead = "change that instead: kubectl edit clusternetworkpolicy.palisade.dev guarded [PAL050]";

    private static readonly string[] Name = ["networkpolicy", "palisade-cnp-guarded", "-n", "shop"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var result = await cluster.ApplyAsync(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: palisade-cnp-guarded
              namespace: shop
              finalizers: [example.com/hold]
              ownerReferences:
              - {apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, name: guarded, uid: "1", controller: true}
            spec:
              podSelector: {}
            """
        );
        result.ExitCode.ShouldBe(0, result.Error);
    }

    [Theory]
    [InlineData(ProtectionMode.Deny, $"{Made}; {Instead}")]
    [InlineData(ProtectionMode.Warn, $"Warning: {Made}, which will undo this; {Instead}")]
    [InlineData(ProtectionMode.Off, "")]
    public async Task ChangeAndDelete_ByAnAdmin_AreAnsweredAsTheModeSays(ProtectionMode mode, string told)
    {
        var options = RegisteredWebhook.Options with { ProtectGenerated = mode, ImpactWarnings = false };
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, options);

        var changed = await PatchAsync("""{"spec":{"podSelector":{"matchLabels":{"app":"db"}}}}""");
        var deleted = await DeleteAsync();

        foreach (var result in (CommandResult[])[changed, deleted])
        {
            (result.ExitCode == 0).ShouldBe(mode != ProtectionMode.Deny, result.Error);
            result.Error.ShouldContain(told);
            result.Error.Contains(Made, StringComparison.Ordinal).ShouldBe(mode != ProtectionMode.Off);
        }
    }

    [Fact]
    public async Task Change_ThatLeavesSpecAndOwner_IsAllowed()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);

        var labelled = await PatchAsync("""{"metadata":{"labels":{"team":"shop"}}}""");
        var freed = await PatchAsync("""{"metadata":{"finalizers":null}}""");
        var orphaned = await PatchAsync("""{"metadata":{"ownerReferences":null}}""");

        labelled.ExitCode.ShouldBe(0, labelled.Error);
        freed.ExitCode.ShouldBe(0, freed.Error);
        orphaned.ExitCode.ShouldNotBe(0);
        orphaned.Error.ShouldContain(Made);
    }

    [Fact]
    public async Task Delete_ByOperatorOrGarbageCollector_IsAllowed()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);

        foreach (var user in (string[])["palisade-system:palisade-operator", "kube-system:generic-garbage-collector"])
        {
            string[] options = ["--dry-run=server", $"--as=system:serviceaccount:{user}", "--as-group=system:masters"];
            var deleted = await DeleteAsync(options);
            deleted.ExitCode.ShouldBe(0, deleted.Error);
        }

        (await DeleteAsync("--dry-run=server")).ExitCode.ShouldNotBe(0);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("labelled")]
    [InlineData("kube-system")]
    [InlineData("palisade-system")]
    public async Task Create_ReservedName_IsRefusedInEveryNamespaceButToTheOperator(string home)
    {
        var labelled = await cluster.ApplyAsync(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: labelled, labels: {app.kubernetes.io/part-of: palisade}}
            """
        );
        labelled.ExitCode.ShouldBe(0, labelled.Error);
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        var manifest = $$"""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: palisade-ddp-first, namespace: {{home}}}
            spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}
            """;

        var editor = await cluster.ApplyAsync(manifest);
        var own = await cluster.ApplyAsync(manifest.Replace("palisade-ddp-first", "first", StringComparison.Ordinal), "--dry-run=server");
        var stamped = await cluster.ApplyAsync(
            manifest,
            "--dry-run=server",
            "--as=system:serviceaccount:palisade-system:palisade-operator",
            "--as-group=system:masters"
        );

        editor.ExitCode.ShouldNotBe(0);
        editor.Error.ShouldContain("metadata.name: Invalid value: \"palisade-ddp-first\"");
        editor.Error.ShouldContain("[PAL051]");
        own.ExitCode.ShouldBe(0, own.Error);
        stamped.ExitCode.ShouldBe(0, stamped.Error);
        stamped.Error.ShouldNotContain("PAL051");
    }

    public async ValueTask DisposeAsync()
    {
        // The webhook is gone by now.
        await cluster.Server.KubectlAsync(["patch", .. Name, "--type=merge", "-p", """{"metadata":{"finalizers":null}}"""], default);
        await cluster.Server.KubectlAsync(["delete", .. Name, "--ignore-not-found"], default);
        (await cluster.Server.Client.GetAsync<V1NetworkPolicy>("palisade-cnp-guarded", "shop", default)).ShouldBeNull();
    }

    private Task<CommandResult> PatchAsync(string change) =>
        cluster.Server.TryKubectlAsync(["patch", .. Name, "--type=merge", "-p", change], Cancellation);

    private Task<CommandResult> DeleteAsync(params string[] options) =>
        cluster.Server.TryKubectlAsync(["delete", .. Name, "--wait=false", .. options], Cancellation);
}
