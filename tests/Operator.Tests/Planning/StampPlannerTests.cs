using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Planning;

public sealed class StampPlannerTests
{
    private static readonly NamespaceFacts Web = Make.Namespace("shop", ("tier", "web"));
    private static readonly NamespaceFacts Other = Make.Namespace("shop", ("tier", "db"));
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
        decision.Ownership.ShouldBe(Ownership.SameNameOtherOwner);
    }

    [Fact]
    public void Decide_NameTakenByOthers_StampsUnderTheOtherName()
    {
        var decision = Decide(Web, new StampedPolicies(Foreign(_source.StampedName), Alternate: null, []));

        decision.Verb.ShouldBe(StampVerb.Create);
        decision.Desired!.Metadata.Name.ShouldBe(_source.AlternateName);
        decision.OtherName.ShouldBe(_source.AlternateName);
        decision.Surplus.ShouldBeEmpty();
    }

    [Fact]
    public void Decide_NameTakenAndOursStandsUnderTheOther_KeepsItTrue()
    {
        var ours = Alternate(_source);
        var there = new StampedPolicies(Foreign(_source.StampedName), ours, []);
        Decide(Web, there).Verb.ShouldBe(StampVerb.Keep);

        ours.Spec!.Ingress = [new()];

        var decision = Decide(Web, there);
        (decision.Verb, decision.Desired!.Metadata.Name, decision.Current).ShouldBe((StampVerb.Apply, _source.AlternateName, ours));
    }

    [Fact]
    public void Decide_BothNamesTakenByOthers_IsAConflict()
    {
        var decision = Decide(Web, new StampedPolicies(Foreign(_source.StampedName), Foreign(_source.AlternateName), []));

        decision.Verb.ShouldBe(StampVerb.Conflict);
        decision.Reason.ShouldBe("NameConflict");
    }

    [Fact]
    public void Decide_NameIsFreeAgain_WritesTheUsualOneBeforeTheOtherGoes()
    {
        var ours = Alternate(_source);

        var decision = Decide(Web, new StampedPolicies(Usual: null, ours, []));

        (decision.Verb, decision.Desired!.Metadata.Name).ShouldBe((StampVerb.Create, _source.StampedName));
        decision.Surplus.ShouldBe([ours]);
        Decide(Web, new StampedPolicies(Make.Stamped(_source, "shop"), ours, [])).Verb.ShouldBe(StampVerb.Remove);
    }

    [Fact]
    public void Decide_NoLongerSelected_RemovesWhatStandsUnderEitherName()
    {
        var (ours, earlier) = (Alternate(_source), Alternate(Make.Source(Make.ClusterPolicy("allow", uid: "uid-0"))));

        var decision = Decide(Other, new StampedPolicies(Foreign(_source.StampedName), ours, [earlier]));

        decision.Verb.ShouldBe(StampVerb.Remove);
        decision.Surplus.ShouldBe([ours, earlier]);
        decision.IsDoubtful.ShouldBeTrue("the cache may be behind, and the earlier one be the later");
    }

    [Fact]
    public void Decide_TooManyAddressesOfNodes_KeepsWhatStandsAndClosesWhereNothingDoes()
    {
        var policy = Make.ClusterPolicy("allow", configure: spec => spec.Ingress = [new() { FromProperty = [new() { Nodes = new() }] }]);
        var context = new ExpansionContext
        {
            Nodes = [.. Enumerable.Range(0, AddressLimit.MaxBlocks + 1).Select(Node).Select(NodeFacts.From)],
        };
        var expansions = new Expansions(Make.Source(policy), context, new NetworkPolicyTrimmer());
        var stands = Make.Stamped(Make.Source(policy), "shop");
        stands.Spec!.Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "10.0.0.2/32" } }] }];

        var kept = new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System)).Decide(
            expansions,
            "shop",
            Web,
            StampedPolicies.Only(stands)
        );
        var created = new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System)).Decide(
            expansions,
            "shop",
            Web,
            StampedPolicies.Only(null)
        );

        (kept.Verb, kept.Reason).ShouldBe((StampVerb.Wait, UnresolvedPeer.TooManyAddresses));
        kept.Message.ShouldContain("spec.ingress[0].from[0].nodes: the policy would hold 10001 address blocks of nodes");
        kept.Message.ShouldContain("10000");
        (created.Verb, created.Reason).ShouldBe((StampVerb.Create, UnresolvedPeer.TooManyAddresses));
        created.Desired!.Spec!.Ingress.ShouldBeNull();
        created.Desired.Spec.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Theory]
    [InlineData(true, StampVerb.Apply)]
    [InlineData(false, StampVerb.Wait)]
    public void Decide_DnsByConvention_IsWrittenOverWhatStandsOnlyIfNothingBetterWasEverKnown(bool isKnown, object verb)
    {
        var source = Make.Source(Make.Profile("baseline"));
        var stands = Make.Stamped(source, "shop");
        stands.Spec!.Egress = [new() { To = [new() { IpBlock = new() { Cidr = "10.96.0.10/32" } }], Ports = [new() { Port = 53 }] }];
        var expansions = new Expansions(source, new ExpansionContext(), new NetworkPolicyTrimmer()) { KnowsDnsByConvention = isKnown };

        new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System))
            .Decide(expansions, "shop", Web, StampedPolicies.Only(stands))
            .Verb.ShouldBe((StampVerb)verb);
        new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System))
            .Decide(expansions, "shop", Web, StampedPolicies.Only(null))
            .Verb.ShouldBe(StampVerb.Create, "isolation waits for nothing");
    }

    [Fact]
    public void Decide_NameTakenByOthersAndNotSelected_Ignores()
    {
        var foreign = new V1NetworkPolicy
        {
            Metadata = new()
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
        var terminating = Make.Namespace("shop", ("tier", "web")) with { IsTerminating = true };

        Decide(terminating, stamped ? Make.Stamped(_source, "shop") : null).Verb.ShouldBe(StampVerb.Ignore);
    }

    [Fact]
    public void Decide_SourceIsBeingDeleted_Removes()
    {
        var current = Make.Stamped(_source, "shop");
        _source.Metadata.DeletionTimestamp = DateTime.UnixEpoch;

        Decide(Web, current).Verb.ShouldBe(StampVerb.Remove);
    }

    [Fact]
    public void Decide_SourceIsDeletedWithOrphans_LeavesThem()
    {
        var current = Make.Stamped(_source, "shop");
        _source.Metadata.DeletionTimestamp = DateTime.UnixEpoch;
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

    private static V1Node Node(int number) =>
        new()
        {
            Metadata = new() { Name = FormattableString.Invariant($"node-{number}") },
            // Every other address, so that no two are one block.
            Status = new()
            {
                Addresses =
                [
                    new() { Type = "InternalIP", Address = FormattableString.Invariant($"10.{number >> 7}.{(number & 127) * 2}.2") },
                ],
            },
        };

    private static V1NetworkPolicy Foreign(string name) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "shop",
                Uid = "x",
            },
        };

    private static V1NetworkPolicy Alternate(PolicySource source) => StampPlanner.Named(Make.Stamped(source, "shop"), source.AlternateName);

    private StampDecision Decide(NamespaceFacts target, V1NetworkPolicy? current) => Decide(_source, target, current);

    private StampDecision Decide(NamespaceFacts target, StampedPolicies there) =>
        new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System)).Decide(
            new Expansions(_source, new ExpansionContext(), new NetworkPolicyTrimmer()),
            target.Name,
            target,
            there
        );

    private static StampDecision Decide(PolicySource source, NamespaceFacts target, V1NetworkPolicy? current) =>
        new StampPlanner(new SpecAgreement(), new DroppedFields(TimeProvider.System)).Decide(
            new Expansions(source, new ExpansionContext(), new NetworkPolicyTrimmer()),
            target.Name,
            target,
            StampedPolicies.Only(current)
        );
}
