using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Planning;

public sealed class StampPlannerTests
{
    private static readonly V1Namespace Web = Make.Namespace("shop", ("tier", "web"));
    private static readonly V1Namespace Other = Make.Namespace("shop", ("tier", "db"));
    private readonly PolicySource _source = Make.Source(Make.ClusterPolicy("allow"));

    [Fact]
    public void Decide_SelectedAndAbsent_Creates()
    {
        var decision = Decide(Web, current: null);

        decision.Verb.ShouldBe(StampVerb.Create);
        decision.Desired!.Metadata.Name.ShouldBe("palisade-cnp-allow");
    }

    [Fact]
    public void Decide_SelectedAndAsItShouldBe_Keeps() => Decide(Web, Make.Stamped(_source, "shop")).Verb.ShouldBe(StampVerb.Keep);

    [Fact]
    public void Decide_NotSelectedAndAbsent_Ignores() => Decide(Other, current: null).Verb.ShouldBe(StampVerb.Ignore);

    [Fact]
    public void Decide_NoLongerSelected_Removes() => Decide(Other, Make.Stamped(_source, "shop")).Verb.ShouldBe(StampVerb.Remove);

    [Fact]
    public void Decide_EditedByHand_Applies()
    {
        var current = Make.Stamped(_source, "shop");
        current.Spec!.Ingress = [new()];

        Decide(Web, current).Verb.ShouldBe(StampVerb.Apply);
    }

    [Fact]
    public void Decide_LabelRemovedByHand_Applies()
    {
        var current = Make.Stamped(_source, "shop");
        current.Metadata.Labels = null;

        Decide(Web, current).Verb.ShouldBe(StampVerb.Apply);
    }

    [Fact]
    public void Decide_OwnerRemovedByHand_AppliesOnceTheApiServerTellsWhoWroteIt()
    {
        var current = Make.Stamped(_source, "shop");
        current.Metadata.OwnerReferences = null;

        var decision = Decide(Web, current);

        decision.Verb.ShouldBe(StampVerb.Apply);
        decision.Ownership.ShouldBe(Ownership.Unclear);
    }

    [Fact]
    public void Decide_OfAnEarlierNamesake_AppliesInItsPlaceWithoutRemovingIt()
    {
        var earlier = Make.Source(Make.ClusterPolicy("allow", uid: "uid-0"));

        var decision = Decide(Web, Make.Stamped(earlier, "shop"));

        decision.Verb.ShouldBe(StampVerb.Apply);
        decision.Ownership.ShouldBe(Ownership.Namesake);
    }

    [Fact]
    public void Decide_NameTakenByOthers_Yields()
    {
        var foreign = new V1NetworkPolicy
        {
            Metadata =
            {
                Name = _source.StampedName,
                NamespaceProperty = "shop",
                Uid = "x",
            },
        };

        var decision = Decide(Web, foreign);

        decision.Verb.ShouldBe(StampVerb.Yield);
        decision.Reason.ShouldBe("NameConflict");
    }

    [Fact]
    public void Decide_NameTakenByOthersAndNotSelected_Ignores()
    {
        var foreign = new V1NetworkPolicy
        {
            Metadata =
            {
                Name = _source.StampedName,
                NamespaceProperty = "shop",
                Uid = "x",
            },
        };

        Decide(Other, foreign).Verb.ShouldBe(StampVerb.Ignore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_NamespaceIsBeingDeleted_LeavesItsPoliciesAlone(bool stamped)
    {
        var terminating = Make.Namespace("shop", ("tier", "web"));
        terminating.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;

        Decide(terminating, stamped ? Make.Stamped(_source, "shop") : null).Verb.ShouldBe(StampVerb.Ignore);
    }

    [Fact]
    public void Decide_SourceIsBeingDeleted_Removes()
    {
        var current = Make.Stamped(_source, "shop");
        _source.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;

        Decide(Web, current).Verb.ShouldBe(StampVerb.Remove);
    }

    [Fact]
    public void Decide_SourceIsDeletedWithOrphans_LeavesThem()
    {
        var current = Make.Stamped(_source, "shop");
        _source.Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        _source.Metadata.Finalizers = ["orphan"];

        Decide(Web, current).Verb.ShouldBe(StampVerb.Ignore);
    }

    [Fact]
    public void Decide_EntityNotFound_WaitsAndLeavesWhatIsThere()
    {
        var policy = Make.ClusterPolicy(
            "allow",
            configure: spec => spec.Ingress = [new() { FromProperty = [new() { Entity = "KubeAPIServer" }] }]
        );
        var current = Make.Stamped(_source, "shop");

        var decision = Decide(Make.Source(policy), Web, current);

        decision.Verb.ShouldBe(StampVerb.Wait);
        decision.Reason.ShouldBe(UnresolvedPeer.EntityNotFound);
        decision.Message.ShouldContain("spec.ingress[0].from[0].entity");
    }

    [Fact]
    public void Decide_ProfileTurnedToAudit_Removes()
    {
        var enforced = Make.Source(Make.Profile("baseline"));
        var audited = Make.Source(Make.Profile("baseline", spec => spec.Enforcement = "Audit"));

        Decide(audited, Web, Make.Stamped(enforced, "shop")).Verb.ShouldBe(StampVerb.Remove);
        Decide(audited, Web, current: null).Verb.ShouldBe(StampVerb.Keep);
    }

    private StampDecision Decide(V1Namespace target, V1NetworkPolicy? current) => Decide(_source, target, current);

    private static StampDecision Decide(PolicySource source, V1Namespace target, V1NetworkPolicy? current) =>
        new StampPlanner(new SpecAgreement()).Decide(new Expansions(source, new ExpansionContext()), target.Metadata.Name, target, current);
}
