using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>An entity that cannot be found, and is found again.</summary>
[Collection<OperatorCollection>]
public sealed class EntityTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    // The API server puts its own Service and Endpoints back every ten seconds, unless somebody refuses the write.
    private const string Refusal = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: refuse-services}
        webhooks:
        - name: refuse-services.palisade.test
          clientConfig: {url: "https://127.0.0.1:1/"}
          rules: [{apiGroups: ["", discovery.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [services, endpoints, endpointslices]}]
          failurePolicy: Fail
          sideEffects: None
          timeoutSeconds: 1
          admissionReviewVersions: [v1]
        """;

    [Fact]
    public async Task KubeAPIServer_CannotBeFound_NothingIsStampedAnewAndWhatIsThereStays_AndHealsByItself()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Spec.PolicyTypes = ["Egress"];
            entity.Spec.Egress = [new() { To = [new() { Entity = "KubeAPIServer" }] }];
        });
        await ReadyAsync(policy);

        await HideApiServerAsync();
        V1Namespace later;
        try
        {
            await NotReadyAsync(policy, "EntityNotFound");
            // While only one of the two was gone, the other was still an answer.
            var stamped = (await StampedAsync(policy, target))!;
            stamped.Spec!.Egress.ShouldNotBeEmpty();
            later = await NamespaceAsync();
            await ChangeAsync(policy, now => now.Spec.Egress![0].Ports = [new() { Port = 6443 }]);

            var changed = await StatusAsync(policy, status => status.Namespaces is { Matched: 2, UpToDate: 0, Failed: 2 });
            var ready = Condition(StatusOf(changed)!, "Ready");
            (ready.Status, ready.Reason).ShouldBe(("False", "EntityNotFound"));
            ready.Message.ShouldContain("spec.egress[0].to[0].entity");
            Condition(StatusOf(changed)!, "Reconciling").Status.ShouldBe("True", "it waits for what comes by itself");
            (await StampedAsync(policy, target))!.Metadata.ResourceVersion.ShouldBe(stamped.Metadata.ResourceVersion);
            (await StampedAsync(policy, later)).ShouldBeNull("isolation without its allowance would be an outage");
        }
        finally
        {
            await Cluster.KubectlAsync(Cancel, "delete", "validatingwebhookconfiguration", "refuse-services");
        }

        await ApiServerIsBackAsync();
        await ReadyAsync(policy);
        foreach (var entity in new[] { target, later })
        {
            (await StampedAsync(policy, entity))!.Spec!.Egress!.Single().Ports!.Single().Port.Number.ShouldBe(6443);
        }
    }

    private async Task HideApiServerAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Refusal, Cancel);
        await Cluster.KubectlAsync(Cancel, "apply", "-f", file);
        File.Delete(file);
        // It takes a moment until the refusal works; until then they would come back.
        await Eventually.TrueAsync(RefusesAsync, Cancel);
        await Client.DeleteAsync<V1Service>(new("default", "kubernetes"), cancellationToken: Cancel);
        await ServiceAddresses.DeleteAsync(Client, new("default", "kubernetes"), Cancel);
    }

    /// <summary>Other tests of this cluster read them too.</summary>
    private Task ApiServerIsBackAsync() =>
        Eventually.TrueAsync(
            async () =>
                await Client.GetAsync<V1Service>("kubernetes", "default", Cancel) is not null
                && await ServiceAddresses.ExistAsync(Client, new("default", "kubernetes"), Cancel),
            Cancel
        );

    private async Task<bool> RefusesAsync()
    {
        try
        {
            await Cluster.KubectlAsync(Cancel, "create", "service", "clusterip", "probe", "--clusterip=None", "--dry-run=server");
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
