using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Isolation never hangs on somebody else's NetworkPolicy that has the name of the stamped one.</summary>
[Collection<OperatorCollection>]
public sealed class NameTakenTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task NameTaken_OursStandsUnderTheOtherName_AndSaysSo()
    {
        var (taken, free) = (await NamespaceAsync(), await NamespaceAsync());
        var (profile, foreign) = await SquattedAsync(taken);

        var status = StatusOf(await ReadyAsync(profile))!;

        (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 2, 0));
        var ready = Condition(status, "Ready");
        ready.Reason.ShouldBe("NameTaken");
        ready.Message.ShouldContain(
            $"in namespace {taken.Metadata.Name} somebody else's NetworkPolicy has the name {NameOf(profile)}: it is left alone, and ours is {PolicyNames.AlternateFor(profile)} there"
        );
        var ours = (await AlternateAsync(profile, taken)).ShouldNotBeNull();
        ours.Spec!.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
        ours.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(profile.Metadata.Uid);
        (await AlternateAsync(profile, free)).ShouldBeNull();
        (await StampedAsync(profile, free)).ShouldNotBeNull();
        (await StampedAsync(profile, taken))!.Metadata.ResourceVersion.ShouldBe(foreign.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task NameTaken_OursIsChangedOrDeleted_IsRepaired()
    {
        var target = await NamespaceAsync();
        var (profile, _) = await SquattedAsync(target);
        await ReadyAsync(profile);
        var ours = (await AlternateAsync(profile, target)).ShouldNotBeNull();

        var open = new JsonObject { ["spec"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject()) } };
        await Client.PatchAsync<V1NetworkPolicy>(NamespacedName.From(ours), Patch.Merge(open), cancellationToken: Cancel);
        await AlternateAsync(profile, target, now => now.Spec!.Ingress![0].FromProperty is { Count: > 0 });

        await DeleteAsync(ours);
        await AlternateAsync(profile, target, now => now.Metadata.Uid != ours.Metadata.Uid);
    }

    [Fact]
    public async Task NameTaken_ForeignOneGoes_ReturnsToTheUsualNameWithoutAMomentOfNeither()
    {
        var target = await NamespaceAsync();
        var (profile, foreign) = await SquattedAsync(target);
        await ReadyAsync(profile);
        var before = Cluster.Requests.Length;

        await DeleteAsync(foreign);

        await Eventually.TrueAsync(async () => await AlternateAsync(profile, target) is null, Cancel);
        (await StampedAsync(profile, target)).ShouldNotBeNull().Metadata.OwnerReferences!.Count.ShouldBe(1);
        var writes = Cluster
            .Requests.WritesSince(before)
            .Where(request => request.Contains($"networkpolicies {target.Metadata.Name}/", StringComparison.Ordinal))
            .ToList();
        // The cache may show the removed one for a moment longer: then it is removed once more.
        writes
            .Distinct(StringComparer.Ordinal)
            .ShouldBe([
                $"patch networkpolicies {target.Metadata.Name}/{NameOf(profile)}",
                $"delete networkpolicies {target.Metadata.Name}/{PolicyNames.AlternateFor(profile)}",
            ]);
        Condition(StatusOf(await StatusAsync(profile, status => Condition(status, "Ready").Reason == "UpToDate"))!, "Ready")
            .Message.ShouldNotContain("somebody else");
    }

    [Fact]
    public async Task NameTaken_AfterItWasStamped_OursIsThereUnderTheOtherName()
    {
        var target = await NamespaceAsync();
        var profile = await ReadyAsync(await ProfileAsync());
        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();

        await DeleteAsync(stamped);
        await Eventually.TrueAsync(() => TryTakeAsync(NameOf(profile), target), Cancel);

        await AlternateAsync(profile, target, _ => true);
    }

    [Fact]
    public async Task NameTaken_NamespaceNoLongerMatches_OursGoesAndTheForeignOneStays()
    {
        var target = await NamespaceAsync();
        var (profile, foreign) = await SquattedAsync(target);
        await ReadyAsync(profile);

        await ChangeAsync(target, now => now.Metadata.Labels![TestLabel] = "other");

        await Eventually.TrueAsync(async () => await AlternateAsync(profile, target) is null, Cancel);
        (await StampedAsync(profile, target))!.Metadata.Uid.ShouldBe(foreign.Metadata.Uid);
    }

    [Fact]
    public async Task NameTaken_ProfileIsDeleted_OursGoesAndTheForeignOneStays()
    {
        var (taken, free) = (await NamespaceAsync(), await NamespaceAsync());
        var (profile, foreign) = await SquattedAsync(taken);
        await ReadyAsync(profile);

        await DeleteAsync(profile);

        await RemovalAsync(profile, free);
        await Eventually.TrueAsync(async () => await AlternateAsync(profile, taken) is null, Cancel);
        (await StampedAsync(profile, taken))!.Metadata.Uid.ShouldBe(foreign.Metadata.Uid);
    }

    [Fact]
    public async Task NameTaken_WithOurLabelButNotWrittenByUs_IsLeftAloneToo()
    {
        var target = await NamespaceAsync();
        var (profile, foreign) = await SquattedAsync(target, Labels((PolicyNames.ManagedByLabel, PolicyNames.ManagedByValue)));

        Condition(StatusOf(await ReadyAsync(profile))!, "Ready").Reason.ShouldBe("NameTaken");

        (await AlternateAsync(profile, target)).ShouldNotBeNull();
        (await StampedAsync(profile, target))!.Metadata.ResourceVersion.ShouldBe(foreign.Metadata.ResourceVersion);
        await DeleteAsync(profile);
    }

    [Fact]
    public async Task NameTaken_TheOtherNameToo_IsReportedAndHealsWhenEitherIsFreed()
    {
        var (taken, free) = (await NamespaceAsync(), await NamespaceAsync());
        // Stopped from stamping there until the other name is known, and taken.
        var (profile, foreign) = await SquattedAsync(taken);
        await ReadyAsync(profile);
        var alternate = PolicyNames.AlternateFor(profile);
        await DeleteAsync((await AlternateAsync(profile, taken)).ShouldNotBeNull());
        await Eventually.TrueAsync(() => TryTakeAsync(alternate, taken), Cancel);

        var status = StatusOf(await NotReadyAsync(profile, "NameConflict"))!;
        Condition(status, "Stalled").Status.ShouldBe("True");
        (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
        status.Failures!.ShouldHaveSingleItem().Message.ShouldContain(alternate);
        (await StampedAsync(profile, free)).ShouldNotBeNull();

        await DeleteAsync(foreign);
        await ReadyAsync(profile);
        (await StampedAsync(profile, taken))!.Metadata.OwnerReferences!.Count.ShouldBe(1);
        (await AlternateAsync(profile, taken))!.Metadata.OwnerReferences.ShouldBeNull("somebody else's");
    }

    private async Task<(DefaultDenyProfile Profile, V1NetworkPolicy Foreign)> SquattedAsync(
        V1Namespace target,
        Dictionary<string, string>? labels = null
    )
    {
        var name = OperatorCluster.Unique("profile");
        var foreign = await Client.CreateAsync(Foreign($"palisade-ddp-{name}", target, labels), Cancel);
        return (await ProfileAsync(entity => entity.Metadata.Name = name), foreign);
    }

    private Task<V1NetworkPolicy?> AlternateAsync(DefaultDenyProfile profile, V1Namespace target) =>
        Client.GetAsync<V1NetworkPolicy>(PolicyNames.AlternateFor(profile), target.Metadata.Name, Cancel);

    private Task AlternateAsync(DefaultDenyProfile profile, V1Namespace target, Func<V1NetworkPolicy, bool> isAsExpected) =>
        Eventually.TrueAsync(async () => await AlternateAsync(profile, target) is { } now && isAsExpected(now), Cancel);
}
