using System.Text.Json.Nodes;
using Palisade.Testing;

[assembly: AssemblyFixture(typeof(ApiServerFixture))]

namespace Palisade.Config.Tests.Kustomize;

/// <summary>The whole configuration on a real API server.</summary>
public sealed class ServedConfigurationTests(ApiServerFixture server, InstalledConfiguration installed)
    : IClassFixture<InstalledConfiguration>
{
    private const string Operator = "system:serviceaccount:palisade-system:palisade-operator";
    private const string Webhook = "system:serviceaccount:palisade-system:palisade-webhook";
    private const string Agent = "system:serviceaccount:palisade-agent:palisade-agent";

    /// <summary>But for the one that has nothing of a kind that every API server knows.</summary>
    public static TheoryData<string> Folders => [.. Kustomization.All.Where(directory => directory != "config/cert-manager/certificates")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_Again_ChangesNothing()
    {
        await installed.ApplyAsync(Cancellation); // Another test may have applied it in another way before.

        var before = await installed.VersionsAsync(Cancellation);

        await installed.ApplyAsync(Cancellation);

        // Of what kubectl sends needlessly (a PodDisruptionBudget's selector, in policy/v1) nothing comes.
        (await installed.VersionsAsync(Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task Apply_AfterTheWebhookPutItsAuthorityIn_LeavesTheAuthority()
    {
        const string authority = "LS0tLS1CRUdJTg==";
        var patch = $$$"""
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "palisade"},
             "webhooks": [{"name": "policies.palisade.dev", "clientConfig": {"caBundle": "{{{authority}}}"}},
                          {"name": "networkpolicies.palisade.dev", "clientConfig": {"caBundle": "{{{authority}}}"}}]}
            """;
        await server.KubectlAsync(
            ["patch", "validatingwebhookconfiguration", "palisade", "--type=strategic", "-p", patch, "--field-manager=palisade-webhook"],
            Cancellation
        );

        await installed.ApplyAsync(Cancellation);

        var bundles = await server.KubectlAsync(
            ["get", "validatingwebhookconfiguration", "palisade", "-o", "jsonpath={.webhooks[*].clientConfig.caBundle}"],
            Cancellation
        );
        bundles.ShouldBe($"{authority} {authority}");
    }

    [Fact]
    public async Task Sync_AsArgoDoes_LeavesNoDifference() => (await installed.SyncAsync(Cancellation)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task EveryDirectory_OnTheApiServer_IsTaken(string directory)
    {
        var result = await installed.TryAsync(directory, Cancellation);

        result.ExitCode.ShouldBe(0, result.Error);
    }

    [Theory]
    [InlineData(Operator, "list", "clusternetworkpolicies.palisade.dev")]
    [InlineData(Operator, "update", "defaultdenyprofiles.palisade.dev", "--subresource=status")]
    [InlineData(Operator, "patch", "networkpolicies.networking.k8s.io")]
    [InlineData(Operator, "delete", "networkpolicies.networking.k8s.io")]
    [InlineData(Operator, "watch", "namespaces")]
    [InlineData(Operator, "create", "leases.coordination.k8s.io", "-n", "palisade-system")]
    [InlineData(Operator, "update", "leases.coordination.k8s.io/palisade-operator", "-n", "palisade-system")]
    [InlineData(Operator, "list", "services/kubernetes", "-n", "default")]
    [InlineData(Operator, "watch", "services", "-n", "kube-system")]
    [InlineData(Operator, "watch", "endpoints", "-n", "kube-system")]
    [InlineData(Operator, "watch", "endpointslices.discovery.k8s.io", "-n", "kube-system")]
    [InlineData(Operator, "list", "endpointslices.discovery.k8s.io", "-n", "default")]
    [InlineData(Operator, "list", "services/dns-default", "-n", "openshift-dns")]
    [InlineData(Operator, "create", "events.events.k8s.io", "-n", "kube-system")]
    [InlineData(Webhook, "patch", "validatingwebhookconfigurations.admissionregistration.k8s.io/palisade")]
    [InlineData(Webhook, "update", "secrets/palisade-webhook-ca", "-n", "palisade-system")]
    [InlineData(Agent, "watch", "pods")]
    [InlineData(Agent, "watch", "networkpolicies.networking.k8s.io")]
    [InlineData(Agent, "list", "endpoints/kubernetes", "-n", "default")]
    [InlineData(Agent, "list", "endpointslices.discovery.k8s.io", "-n", "default")]
    [InlineData(Agent, "watch", "endpointslices.discovery.k8s.io", "-n", "kube-system")]
    [InlineData(Agent, "watch", "services", "-n", "kube-system")]
    [InlineData(Agent, "watch", "services/dns-default", "-n", "openshift-dns")]
    [InlineData(Agent, "patch", "events.events.k8s.io", "-n", "kube-system")]
    public Task Access_ThatAComponentNeeds_IsGranted(string user, string verb, string resource, params string[] options) =>
        // The API server goes by new roles a moment after they are made.
        Eventually.TrueAsync(() => CanAsync(user, verb, resource, options), Cancellation);

    [Theory]
    [InlineData(Operator, "update", "clusternetworkpolicies.palisade.dev")]
    [InlineData(Operator, "list", "secrets", "-n", "palisade-system")]
    [InlineData(Operator, "list", "pods")]
    [InlineData(Operator, "patch", "namespaces")]
    [InlineData(Operator, "update", "leases.coordination.k8s.io/another", "-n", "palisade-system")]
    [InlineData(Operator, "list", "services", "-n", "palisade-system")]
    [InlineData(Operator, "list", "services", "-n", "default")]
    [InlineData(Operator, "list", "endpoints", "-n", "default")]
    [InlineData(Operator, "list", "endpointslices.discovery.k8s.io", "-n", "palisade-system")]
    [InlineData(Operator, "create", "events.events.k8s.io", "-n", "default")]
    [InlineData(Agent, "list", "services", "-n", "palisade-agent")]
    [InlineData(Agent, "list", "endpoints", "-n", "default")]
    [InlineData(Agent, "create", "events.events.k8s.io", "-n", "palisade-agent")]
    [InlineData(Webhook, "list", "secrets", "-n", "palisade-system")]
    [InlineData(Webhook, "get", "secrets/palisade-webhook-ca", "-n", "kube-system")]
    [InlineData(Webhook, "patch", "validatingwebhookconfigurations.admissionregistration.k8s.io/another")]
    [InlineData(Webhook, "create", "networkpolicies.networking.k8s.io")]
    [InlineData(Agent, "create", "networkpolicies.networking.k8s.io")]
    [InlineData(Agent, "patch", "nodes")]
    [InlineData(Agent, "get", "secrets")]
    public async Task Access_ThatNoComponentNeeds_IsDenied(string user, string verb, string resource, params string[] options) =>
        (await CanAsync(user, verb, resource, options)).ShouldBeFalse();

    [Fact]
    public async Task ClusterRoles_OfThePrograms_GrantNeitherEventsNorAllServices()
    {
        foreach (var role in (await Kustomization.BuildAsync("config/default", Cancellation)).Where(entity => entity.Kind == "ClusterRole"))
        {
            foreach (var rule in role.Json["rules"]!.AsArray().Where(rule => rule!["resourceNames"] is null))
            {
                var resources = rule!["resources"]!.AsArray().Select(resource => resource!.GetValue<string>());
                resources.Intersect(["events", "services", "endpoints", "endpointslices"], StringComparer.Ordinal).ShouldBeEmpty(role.Name);
            }
        }
    }

    [Fact]
    public async Task Registration_OfNetworkPolicies_LeavesNoNamespaceOut()
    {
        // A selector goes by labels: who may label a namespace would switch the checks off there.
        var objects = await Kustomization.BuildAsync("config/default", Cancellation);
        foreach (var webhook in objects.Single(entity => entity.Kind == "ValidatingWebhookConfiguration").Json["webhooks"]!.AsArray())
        {
            webhook!["namespaceSelector"].ShouldBeNull();
            webhook["objectSelector"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task Services_AndSelectors_MeetTheirPods()
    {
        var objects = await Kustomization.BuildAsync("config/default", Cancellation);
        var pods = objects
            .Where(entity => entity.Kind is "Deployment" or "DaemonSet")
            .ToDictionary(entity => entity.Name, StringComparer.Ordinal);
        foreach (var entity in objects.Where(entity => entity.Kind is "Service" or "PodDisruptionBudget" or "NetworkPolicy"))
        {
            var spec = entity.Json["spec"]!;
            var selector = (spec["selector"]?["matchLabels"] ?? spec["selector"] ?? spec["podSelector"]?["matchLabels"])!.AsObject();
            var labels = pods[entity.Name].Json["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
            selector.ShouldAllBe(label => JsonNode.DeepEquals(labels[label.Key], label.Value));
        }
    }

    private async Task<bool> CanAsync(string user, string verb, string resource, string[] options)
    {
        var result = await server.TryKubectlAsync(["auth", "can-i", verb, resource, "--as", user, .. options], Cancellation);
        result.Output.Trim().ShouldBeOneOf("yes", "no");
        return result.Output.Trim() == "yes";
    }
}
