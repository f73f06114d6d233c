using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Namespaces in which nothing may be deleted, as where a webhook keeps what is there.</summary>
[Collection<OperatorCollection>]
public sealed class RefusedRemovalTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task Audit_RemovalIsRefused_IsCountedAndTheOthersGoOn_AndEnforceIsWellAgain()
    {
        var (kept, free) = (await NamespaceAsync(("webhook", Mine)), await NamespaceAsync());
        var profile = await ReadyAsync(await ProfileAsync());
        var stamped = (await StampedAsync(profile, kept))!;
        await using (await AdmissionWebhook.KeepingAsync(Cluster, kept, "nothing goes", Cancel))
        {
            await EnforceAsync(profile, "Audit");

            var status = StatusOf(await NotReadyAsync(profile, "AdmissionDenied"))!;
            (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
            var failure = status.Failures!.ShouldHaveSingleItem();
            failure.Namespace.ShouldBe(kept.Metadata.Name);
            failure.Message.ShouldContain("nothing goes");
            (await StampedAsync(profile, free)).ShouldBeNull();

            await EnforceAsync(profile, "Enforce");

            await ReadyAsync(profile);
            (await StampedAsync(profile, free)).ShouldNotBeNull();
            (await StampedAsync(profile, kept))!.Metadata.ResourceVersion.ShouldBe(stamped.Metadata.ResourceVersion);

            await EnforceAsync(profile, "Audit");
            await NotReadyAsync(profile, "AdmissionDenied");
        }

        await ReadyAsync(profile);
        (await StampedAsync(profile, kept)).ShouldBeNull();
    }

    [Fact]
    public async Task Namespace_NoLongerSelectedAndRemovalIsRefused_IsSaidUntilItSucceeds()
    {
        var (kept, other) = (await NamespaceAsync(("webhook", Mine)), await NamespaceAsync());
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        await using (await AdmissionWebhook.KeepingAsync(Cluster, kept, "nothing goes", Cancel))
        {
            await ChangeAsync(policy, now => now.Spec.ExcludedNamespaces = [kept.Metadata.Name]);

            var status = StatusOf(await NotReadyAsync(policy, "AdmissionDenied"))!;
            (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((1, 1, 0));
            status.Failures!.ShouldHaveSingleItem().Namespace.ShouldBe(kept.Metadata.Name);
        }

        await ReadyAsync(policy);
        (await StampedAsync(policy, kept)).ShouldBeNull();
        (await StampedAsync(policy, other)).ShouldNotBeNull();
    }

    [Fact]
    public async Task CustomResource_DeletedAndRemovalIsRefused_IsTriedUntilItSucceeds()
    {
        var (kept, free) = (await NamespaceAsync(("webhook", Mine)), await NamespaceAsync());
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        var before = Cluster.Requests.Length;
        await using (await AdmissionWebhook.KeepingAsync(Cluster, kept, "nothing goes", Cancel))
        {
            await DeleteAsync(policy);

            await RemovalAsync(policy, free);
            await Eventually.TrueAsync(
                () => Cluster.Requests.WritesSince(before).Contains($"delete networkpolicies {kept.Metadata.Name}/{NameOf(policy)}"),
                Cancel
            );
            (await StampedAsync(policy, kept)).ShouldNotBeNull();
        }

        await RemovalAsync(policy, kept);
    }

    private Task<DefaultDenyProfile> EnforceAsync(DefaultDenyProfile profile, string enforcement) =>
        ChangeAsync(profile, now => now.Spec.Enforcement = enforcement);
}
