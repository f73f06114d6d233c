using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Custom resources that are wrong, and namespaces and API servers that refuse.</summary>
[Collection<OperatorCollection>]
public sealed class BadInputTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task InvalidSpec_PastTheWebhook_StallsWithItsFindingsAndLeavesWhatIsStamped()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);
        var stamped = await StampedAsync(policy, target);

        var invalid = await ChangeAsync(
            policy,
            now =>
                now.Spec.Ingress = [
                    new() { FromProperty = [new() { IpBlock = new() { Cidr = "172.17.0.0/33" } }], Ports = [new() { Port = 70_000 }] },
                ]
        );

        var status = StatusOf(await NotReadyAsync(policy, "InvalidSpec"))!;
        Condition(status, "Stalled").Status.ShouldBe("True");
        status.Conditions!.ShouldAllBe(condition => condition.ObservedGeneration == invalid.Metadata.Generation);
        var message = Condition(status, "Ready").Message;
        message.ShouldBe(
            RejectionMessage.Format(policy.Kind, policy.Metadata.Name, PolicyValidator.Validate(invalid)),
            "as the webhook says"
        );
        message.ShouldContain("spec.ingress[0].from[0].ipBlock.cidr");
        message.ShouldContain("spec.ingress[0].ports[0].port");
        (await StampedAsync(policy, target))!.Metadata.ResourceVersion.ShouldBe(stamped!.Metadata.ResourceVersion);

        // The others go on, and it is well again as soon as it is mended.
        await ReadyAsync(await ClusterPolicyAsync());
        await ChangeAsync(
            policy,
            now => now.Spec.Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "172.17.0.0/16" } }] }]
        );
        await ReadyAsync(policy);
        (await StampedAsync(policy, target))!.Spec!.Ingress!.Count.ShouldBe(1);
    }

    [Fact]
    public async Task InvalidProfile_PastTheWebhook_StallsAndLeavesWhatIsStamped()
    {
        var target = await NamespaceAsync();
        var profile = await ReadyAsync(await ProfileAsync());
        var stamped = await StampedAsync(profile, target);

        var invalid = await ChangeAsync(profile, now => now.Spec.ExcludedNamespaces = ["Not A Name"]);

        var status = StatusOf(await NotReadyAsync(profile, "InvalidSpec"))!;
        Condition(status, "Stalled").Status.ShouldBe("True");
        Condition(status, "Ready")
            .Message.ShouldBe(RejectionMessage.Format(profile.Kind, profile.Metadata.Name, PolicyValidator.Validate(invalid)));
        (await StampedAsync(profile, target))!.Metadata.ResourceVersion.ShouldBe(stamped!.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task ValidSpec_TypoInAnAnnotationOfAnEarlierApply_IsStamped()
    {
        var target = await NamespaceAsync();

        // The webhook lets an update pass that leaves the annotation as it was: the annotation is then older than the object.
        var policy = await ClusterPolicyAsync(entity =>
            entity.Metadata.Annotations = Labels(
                (
                    "kubectl.kubernetes.io/last-applied-configuration",
                    """{"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","spec":{"podSelektor":{}}}"""
                )
            )
        );

        await ReadyAsync(policy);
        (await StampedAsync(policy, target)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Namespace_RefusesTheWrite_IsCountedAndTheOthersGoOn_AndHealsByItself()
    {
        var (full, free) = (await NamespaceAsync(), await NamespaceAsync());
        await FillAsync(full);

        var policy = await ClusterPolicyAsync();

        var status = StatusOf(await NotReadyAsync(policy, "QuotaExceeded"))!;
        (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
        status.Failures!.ShouldHaveSingleItem().Message.ShouldContain("exceeded quota");
        (await StampedAsync(policy, free)).ShouldNotBeNull();

        await Cluster.KubectlAsync(Cancel, "-n", full.Metadata.Name, "delete", "quota", "none");
        await ReadyAsync(policy);
    }

    [Fact]
    public async Task Namespaces_MoreThanTwentyFail_AllAreCountedAndTwentyShown()
    {
        const int failing = 21;
        var full = new List<V1Namespace>();
        for (var i = 0; i < failing; i++)
        {
            full.Add(await NamespaceAsync());
            await FillAsync(full[^1]);
        }

        var policy = await ClusterPolicyAsync();

        var status = StatusOf(await NotReadyAsync(policy, "QuotaExceeded"))!;
        (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((failing, 0, failing));
        status.Failures!.Count.ShouldBe(20);
        status.Failures.Select(failure => failure.Namespace).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        // Other tests stamp into every namespace of this cluster.
        foreach (var target in full)
        {
            await Cluster.KubectlAsync(Cancel, "-n", target.Metadata.Name, "delete", "quota", "none");
        }
    }

    [Fact]
    public async Task Namespace_WebhookRefusesTheWrite_IsCountedAndTheOthersGoOn_AndHealsByItself()
    {
        var (refused, free) = (await NamespaceAsync(("webhook", Mine)), await NamespaceAsync());
        ClusterNetworkPolicy policy;
        await using (await AdmissionWebhook.RefusingAsync(Cluster, refused, "not on Fridays", Cancel))
        {
            policy = await ClusterPolicyAsync();

            var status = StatusOf(await NotReadyAsync(policy, "AdmissionDenied"))!;
            (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
            var failure = status.Failures!.ShouldHaveSingleItem();
            failure.Namespace.ShouldBe(refused.Metadata.Name);
            failure.Message.ShouldContain("not on Fridays");
            Condition(status, "Stalled").Status.ShouldBe("True");
            (await StampedAsync(policy, free)).ShouldNotBeNull();
            (await StampedAsync(policy, refused)).ShouldBeNull();
        }

        await ReadyAsync(policy);
        (await StampedAsync(policy, refused)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Ports_WhereAWebhookTakesThem_AreSaidAndTheRuleIsLeftOut()
    {
        var (mutated, free) = (await NamespaceAsync(("webhook", Mine)), await NamespaceAsync());
        ClusterNetworkPolicy policy;
        await using (await AdmissionWebhook.TakingPortsAsync(Cluster, mutated, Cancel))
        {
            policy = await ClusterPolicyAsync(entity =>
                entity.Spec.Ingress = [new() { Ports = [new() { Port = 80 }] }, new() { FromProperty = [new() { PodSelector = new() }] }]
            );

            var status = StatusOf(await NotReadyAsync(policy, "FieldsDropped"))!;
            (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
            status.Failures!.ShouldHaveSingleItem().Message.ShouldContain("spec.ingress[0].ports");
            // Without its ports the first rule would be open to everybody on all of them.
            var stamped = (await StampedAsync(policy, mutated))!.Spec!;
            stamped.Ingress!.ShouldHaveSingleItem().FromProperty!.ShouldHaveSingleItem().PodSelector.ShouldNotBeNull();
            stamped.PolicyTypes.ShouldBe(["Ingress"]);
            (await StampedAsync(policy, free))!.Spec!.Ingress!.Count.ShouldBe(2);
        }

        // Whatever is changed is tried again.
        await ChangeAsync(policy, now => now.Spec.Ingress![0].Ports![0].Port = 81);
        await ReadyAsync(policy);
        (await StampedAsync(policy, mutated))!.Spec!.Ingress!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task EndPort_WhereTheApiServerDropsIt_IsSaidAndNothingWiderIsStamped()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity => entity.Spec.Ingress = [new() { Ports = [new() { Port = 8000, EndPort = 8010 }] }]);
        var version = JsonNode.Parse(await Cluster.KubectlAsync(Cancel, "version", "-o", "json"))!["serverVersion"]![
            "minor"
        ]!.GetValue<string>();

        if (int.Parse(version.TrimEnd('+'), System.Globalization.CultureInfo.InvariantCulture) >= 22)
        {
            await ReadyAsync(policy);
            (await StampedAsync(policy, target))!.Spec!.Ingress!.Single().Ports!.Single().EndPort.ShouldBe(8010);
            return;
        }

        var status = StatusOf(await NotReadyAsync(policy, "FieldsDropped"))!;
        Condition(status, "Ready").Message.ShouldContain("spec.ingress[0].ports[0].endPort");
        var port = (await StampedAsync(policy, target))!.Spec!.Ingress!.Single().Ports!.Single();
        (port.Port.Number, port.EndPort).ShouldBe((8000, null));
    }

    [Fact]
    public async Task EndPort_Dropped_IsNotSentAgainAndAgain()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity => entity.Spec.Ingress = [new() { Ports = [new() { Port = 8000, EndPort = 8010 }] }]);
        await StatusAsync(policy, status => status.Namespaces is { Matched: 1 } counts && counts.UpToDate + counts.Failed == 1);
        var before = (await StampedAsync(policy, target))!.Metadata.ResourceVersion;

        // Something that makes the operator look at the namespace once more, and shows in the status when it has.
        await NamespaceAsync();
        await StatusAsync(policy, status => status.Namespaces!.Matched == 2);

        (await StampedAsync(policy, target))!.Metadata.ResourceVersion.ShouldBe(before);
    }

    [Fact]
    public async Task Status_EditedByHand_IsPutBack()
    {
        await NamespaceAsync();
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);
        var change = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["namespaces"] = new JsonObject
                {
                    ["matched"] = 99,
                    ["upToDate"] = 99,
                    ["failed"] = 0,
                },
            },
        };

        await Client.PatchAsync<ClusterNetworkPolicy>(NamespacedName.From(policy), Patch.Merge(change), "status", Cancel);

        await StatusAsync(policy, status => status.Namespaces!.Matched == 1);
    }

    /// <summary>Lets no NetworkPolicy be made in a namespace.</summary>
    private async Task FillAsync(V1Namespace full)
    {
        await Cluster.KubectlAsync(
            Cancel,
            "-n",
            full.Metadata.Name,
            "create",
            "quota",
            "none",
            "--hard=count/networkpolicies.networking.k8s.io=0"
        );
        // The quota counts once its status says what is used, which is kube-controller-manager's to write.
        var path = $"/api/v1/namespaces/{full.Metadata.Name}/resourcequotas/none";
        var quota = JsonNode.Parse(await Cluster.KubectlAsync(Cancel, "get", "--raw", path))!;
        quota["status"] = JsonNode.Parse(
            """{"hard": {"count/networkpolicies.networking.k8s.io": "0"}, "used": {"count/networkpolicies.networking.k8s.io": "0"}}"""
        );
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, quota.ToJsonString(), Cancel);
        await Cluster.KubectlAsync(Cancel, "replace", "--raw", $"{path}/status", "-f", file);
        File.Delete(file);
    }
}
