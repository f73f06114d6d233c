using System.Net;
using System.Text.Json.Nodes;
using Palisade.Kubernetes.Client;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Tests.Cluster;

[Collection(nameof(ClusterFixture))]
public sealed class RegistrationTests(ClusterFixture cluster)
{
    private const string Invalid = """
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata:
          name: registration
        spec:
          namespaceSelector: {}
          ingress:
          - from:
            - ipBlock:
                cidr: 172.17.0.0/33
        """;

    private const string NetworkPolicy = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: web
          namespace: shop
        spec:
          podSelector: {}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readyz_NotRegistered_SaysSo()
    {
        await using var webhook = await RegisteredWebhook.StartAsync(cluster);

        await Testing.Eventually.TrueAsync(
            async () => (await webhook.ReadyAsync()).Text.Contains("not registered", StringComparison.Ordinal),
            Cancellation
        );
        (await webhook.ReadyAsync()).Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await webhook.RegisterAsync();

        await webhook.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Publish_Configuration_OwnsTheCaBundleOnly()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);

        var json = JsonNode.Parse(
            await cluster.Server.KubectlAsync(
                ["get", "--raw", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/palisade"],
                Cancellation
            )
        )!;

        var secret = (await cluster.Server.Client.GetAsync<V1Secret>("palisade-webhook-ca", "palisade-system", Cancellation))!;
        foreach (var one in json["webhooks"]!.AsArray())
        {
            Convert.FromBase64String((string)one!["clientConfig"]!["caBundle"]!).ShouldBe(secret.Data!["ca.crt"]);
            one["sideEffects"]!.GetValue<string>().ShouldBe("None");
        }

        var owned = json["metadata"]!["managedFields"]!.AsArray().Single(entry => (string)entry!["manager"]! == Registration.FieldManager)!;
        owned["operation"]!.GetValue<string>().ShouldBe("Apply");
        foreach (var (_, fields) in owned["fieldsV1"]!["f:webhooks"]!.AsObject())
        {
            fields!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal).ShouldBe([".", "f:clientConfig", "f:name"]);
            fields["f:clientConfig"]!.AsObject().ShouldHaveSingleItem().Key.ShouldBe("f:caBundle");
        }
    }

    [Fact]
    public async Task Publish_ConfigurationIsAppliedAgain_KeepsTheCaBundle()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        var before = await cluster.Server.Client.GetAsync<V1ValidatingWebhookConfiguration>("palisade", null, Cancellation);

        await webhook.RegisterAsync();

        var after = await cluster.Server.Client.GetAsync<V1ValidatingWebhookConfiguration>("palisade", null, Cancellation);
        after!.Webhooks![0].ClientConfig!.CaBundle.ShouldBe(before!.Webhooks![0].ClientConfig!.CaBundle);
    }

    [Fact]
    public async Task Apply_WebhookIsDown_LetsNetworkPoliciesPassAndRefusesOurKinds()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        (await cluster.ApplyAsync(Invalid)).ExitCode.ShouldNotBe(0);
        await webhook.StopAsync();

        var plain = await cluster.ApplyAsync(NetworkPolicy);
        var own = await cluster.ApplyAsync(Invalid);

        plain.ExitCode.ShouldBe(0, plain.Error);
        own.ExitCode.ShouldNotBe(0);
        own.Error.ShouldContain("failed calling webhook \"policies.palisade.dev\"");
        await cluster.Server.KubectlAsync(["delete", "networkpolicy", "web", "-n", "shop"], Cancellation);
        await cluster.Server.KubectlAsync(["delete", "validatingwebhookconfiguration", "palisade"], Cancellation);
        await Testing.Eventually.TrueAsync(async () => (await cluster.ApplyAsync(Invalid)).ExitCode == 0, Cancellation);
        await cluster.Server.KubectlAsync(["delete", "cnetpol", "registration"], Cancellation);
    }

    [Fact]
    public async Task Update_FaultyPolicyFromBefore_PassesWhereTheSpecStays()
    {
        (await cluster.ApplyAsync(Invalid)).ExitCode.ShouldBe(0);
        await cluster.Server.KubectlAsync(
            ["patch", "cnetpol", "registration", "--type=merge", "-p", """{"metadata":{"finalizers":["palisade.dev/test"]}}"""],
            Cancellation
        );
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);

        await cluster.Server.KubectlAsync(["label", "cnetpol", "registration", "team=shop"], Cancellation);
        var unchanged = (await cluster.Server.Client.GetAsync<ClusterNetworkPolicy>("registration", null, Cancellation))!;
        await cluster.Server.Client.UpdateAsync(unchanged, Cancellation);
        await cluster.Server.KubectlAsync(["delete", "cnetpol", "registration", "--wait=false"], Cancellation);
        await cluster.Server.KubectlAsync(
            ["patch", "cnetpol", "registration", "--type=merge", "-p", """{"metadata":{"finalizers":null}}"""],
            Cancellation
        );

        (await cluster.Server.Client.GetAsync<ClusterNetworkPolicy>("registration", null, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Apply_DryRun_IsJudgedLikeARealOne()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);

        var dry = await cluster.ApplyAsync(Invalid, "--dry-run=server");
        var real = await cluster.ApplyAsync(Invalid);

        dry.ExitCode.ShouldNotBe(0);
        dry.Error.ShouldBe(real.Error);
    }

    [Fact]
    public async Task Apply_SoundPolicy_WarnsOfWhatItWouldIsolate()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        var sound = Invalid.Replace("/33", "/16", StringComparison.Ordinal);

        // Serving does not wait for the caches that the warning comes from.
        await Testing.Eventually.TrueAsync(
            async () =>
                (await cluster.ApplyAsync(sound, "--dry-run=server")).Error.Contains(
                    "Warning: isolates 0 pods in ",
                    StringComparison.Ordinal
                ),
            Cancellation
        );
    }

    [Fact]
    public async Task Apply_ClusterHasMoreObjectsThanAreHeld_SaysSoAndServesOn()
    {
        // There are a handful of namespaces.
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, RegisteredWebhook.Options with { ImpactMaxObjects = 2 });
        var sound = Invalid.Replace("/33", "/16", StringComparison.Ordinal);

        await Testing.Eventually.TrueAsync(
            async () =>
                (await cluster.ApplyAsync(sound, "--dry-run=server")).Error.Contains(
                    "Warning: impact not computed: cluster too large",
                    StringComparison.Ordinal
                ),
            Cancellation
        );

        (await webhook.ReadyAsync()).Code.ShouldBe(HttpStatusCode.OK);
        (await cluster.ApplyAsync(Invalid, "--dry-run=server")).ExitCode.ShouldNotBe(0);
        var metrics = await webhook.Health.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);
        metrics.ShouldContain("""palisade_webhook_impact_failures_total{reason="too_large"} 1""");
    }

    [Fact]
    public async Task EnsureAsync_ManyReplicasAtOnce_ShareOneAuthority()
    {
        var now = TimeProvider.System.GetUtcNow();
        var name = $"ca-{Guid.NewGuid():N}";
        var stores = Enumerable.Range(0, 8).Select(_ => new AuthorityStore(cluster.Server.Client, name, "palisade-system"));

        var created = await Task.WhenAll(stores.Select(store => store.EnsureAsync(now, new(), Cancellation)));
        var later = now + TimeSpan.FromDays(300);
        var renewed = await Task.WhenAll(stores.Select(store => store.EnsureAsync(later, new(), Cancellation)));

        created.Select(bundle => bundle.Signer.Thumbprint).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        renewed.Select(bundle => bundle.Signer.Thumbprint).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        renewed[0].Earlier.ShouldHaveSingleItem().Thumbprint.ShouldBe(created[0].Signer.Thumbprint);
    }

    [Fact]
    public async Task PublishAsync_ConfigurationChangedInBetween_IsAConflict()
    {
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster);
        var registration = new Registration(cluster.Server.Client, RegisteredWebhook.ConfigurationName);
        var read = (await registration.ReadAsync(Cancellation))!;
        await cluster.Server.KubectlAsync(["annotate", "validatingwebhookconfiguration", "palisade", "changed=yes"], Cancellation);

        var publish = () => registration.PublishAsync(read, "old"u8.ToArray(), Cancellation);

        (await publish.ShouldThrowAsync<KubernetesException>()).IsConflict.ShouldBeTrue();
    }
}
