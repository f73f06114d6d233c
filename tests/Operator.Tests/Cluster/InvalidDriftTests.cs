namespace Palisade.Operator.Tests.Cluster;

/// <summary>Drift is repaired for a custom resource that has become invalid, too: to its last good form.</summary>
[Collection<BareCollection>]
public sealed class InvalidDriftTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task InvalidSpec_StampedIsChangedOrDeleted_LastValidFormIsPutBack()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ReadyAsync(await ProfileAsync());

        await ChangeAsync(profile, now => now.Spec.ExcludedNamespaces = ["Not A Name"]);
        await NotReadyAsync(profile, "InvalidSpec");

        await RepairsAsync(profile, target);
        StatusOf(await NotReadyAsync(profile, "InvalidSpec"))!.Namespaces!.UpToDate.ShouldBe(1);
        // A namespace that is new is isolated too.
        await ArrivalAsync(profile, await NamespaceAsync());

        await ChangeAsync(profile, now => now.Spec.ExcludedNamespaces = [target.Metadata.Name]);
        await RemovalAsync(profile, target);
        await ReadyAsync(profile);
    }

    [Fact]
    public async Task InvalidSpec_SinceBeforeTheOperatorStarted_WhatStoodIsPutBackAndNothingElseIsTouched()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await ReadyAsync(profile);
        }

        await ChangeAsync(
            profile,
            now =>
            {
                now.Spec.ExcludedNamespaces = ["Not A Name"];
                now.Spec.PolicyTypes = ["Ingress"];
            }
        );
        var later = await NamespaceAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        await NotReadyAsync(profile, "InvalidSpec");

        await RepairsAsync(profile, target);
        (await StampedAsync(profile, later)).ShouldBeNull("for what it would hold there is not known");

        await ChangeAsync(profile, now => now.Spec.ExcludedNamespaces = null);
        await StampedAsync(profile, target, now => now.Spec!.PolicyTypes!.Count == 1);
        await ReadyAsync(profile);
    }

    private async Task RepairsAsync(DefaultDenyProfile profile, V1Namespace target)
    {
        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();
        await ChangeAsync(stamped, now => now.Spec!.Ingress = [new()]);
        await StampedAsync(profile, target, now => now.Spec!.Ingress!.All(rule => rule.FromProperty is { Count: > 0 }));
        await DeleteAsync(stamped);
        var back = await StampedAsync(profile, target, now => now.Metadata.Uid != stamped.Metadata.Uid);
        back.Spec!.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
    }
}
