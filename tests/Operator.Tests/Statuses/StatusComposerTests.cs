using Palisade.Operator.Ledgers;
using Palisade.Operator.Statuses;

namespace Palisade.Operator.Tests.Statuses;

public sealed class StatusComposerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private readonly Ledger _ledger = new();

    [Fact]
    public void Compose_AllUpToDate_IsReady()
    {
        _ledger.Enter("a", LedgerEntry.UpToDate);

        var status = Compose();

        Conditions(status).ShouldBe("Ready=True Reconciling=False Stalled=False");
        Ready(status).Reason.ShouldBe("UpToDate");
        Ready(status).Message.ShouldBe("the one matching namespace holds NetworkPolicy palisade-cnp-x");
        status.ObservedGeneration.ShouldBe(4);
        status.Conditions!.ShouldAllBe(condition => condition.ObservedGeneration == 4);
        status.Namespaces!.Matched.ShouldBe(1);
    }

    [Fact]
    public void Compose_SeveralUpToDate_CountsThem()
    {
        _ledger.Enter("a", LedgerEntry.UpToDate);
        _ledger.Enter("b", LedgerEntry.UpToDate);

        Ready(Compose()).Message.ShouldBe("all 2 matching namespaces hold NetworkPolicy palisade-cnp-x");
    }

    [Fact]
    public void Compose_SomePending_IsReconciling()
    {
        _ledger.Enter("a", LedgerEntry.UpToDate);
        _ledger.Enter("b", LedgerEntry.Pending);

        var status = Compose();

        Conditions(status).ShouldBe("Ready=False Reconciling=True Stalled=False");
        Ready(status).Reason.ShouldBe("Progressing");
    }

    [Fact]
    public void Compose_SomebodyMustAct_IsStalled()
    {
        _ledger.Enter("a", LedgerEntry.UpToDate);
        _ledger.Enter("shop", new(OutcomeState.Blocked) { Reason = "NameConflict", Message = "the name is taken" });

        var status = Compose();

        Conditions(status).ShouldBe("Ready=False Reconciling=False Stalled=True");
        Ready(status).Reason.ShouldBe("NameConflict");
        Ready(status).Message.ShouldBe("1 of 2 matching namespaces are up to date; namespace shop: the name is taken");
        status.Failures!.ShouldHaveSingleItem().Namespace.ShouldBe("shop");
    }

    [Theory]
    [InlineData("Waiting")]
    [InlineData("Retrying")]
    public void Compose_WhatFailedMayPass_IsReconciling(string state)
    {
        _ledger.Enter("shop", new(Enum.Parse<OutcomeState>(state)) { Reason = "WriteFailed", Message = "timeout" });

        Conditions(Compose()).ShouldBe("Ready=False Reconciling=True Stalled=False");
    }

    [Fact]
    public void Compose_DifferentFailures_SaysSeveral()
    {
        _ledger.Enter("a", new(OutcomeState.Blocked) { Reason = "NameConflict" });
        _ledger.Enter("b", new(OutcomeState.Retrying) { Reason = "WriteFailed" });

        Ready(Compose()).Reason.ShouldBe("SeveralFailures");
    }

    [Fact]
    public void Compose_ManyFailures_ListsTwentyInOrder()
    {
        for (var i = 30; i > 0; i--)
        {
            _ledger.Enter($"n{i:00}", new(OutcomeState.Blocked) { Reason = "NameConflict" });
        }

        var status = Compose();

        status.Failures!.Count.ShouldBe(20);
        status.Failures[0].Namespace.ShouldBe("n01");
        status.Namespaces!.Failed.ShouldBe(30);
        Ready(status).Message.ShouldEndWith("(and 29 more)");
    }

    [Fact]
    public void Compose_InvalidSpec_IsStalledWithTheFindings()
    {
        var status = StatusComposer.Compose(new(1, "palisade-cnp-x", _ledger.Summarize()) { Invalid = "2 errors" }, null, Now);

        Conditions(status).ShouldBe("Ready=False Reconciling=False Stalled=True");
        Ready(status).Reason.ShouldBe("InvalidSpec");
        Ready(status).Message.ShouldBe("2 errors");
    }

    [Fact]
    public void Compose_ConditionUnchanged_KeepsItsTime()
    {
        _ledger.Enter("a", LedgerEntry.UpToDate);
        var before = Compose();
        _ledger.Enter("b", LedgerEntry.UpToDate);

        var after = StatusComposer.Compose(Input(), before, Now.AddHours(1));

        Ready(after).LastTransitionTime.ShouldBe(Ready(before).LastTransitionTime);
        Ready(before).LastTransitionTime.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    [Fact]
    public void SameSaid_OnlyTimeDiffers_IsTrue() =>
        StatusComposer.SameSaid(Compose(), StatusComposer.Compose(Input(), null, Now.AddHours(1))).ShouldBeTrue();

    [Fact]
    public void SameSaid_CountDiffers_IsFalse()
    {
        var before = Compose();
        _ledger.Enter("a", LedgerEntry.UpToDate);

        StatusComposer.SameSaid(before, Compose()).ShouldBeFalse();
    }

    private static string Conditions(PolicyStatus status) => string.Join(' ', status.Conditions!.Select(c => $"{c.Type}={c.Status}"));

    private static V1Condition Ready(PolicyStatus status) => status.Conditions![0];

    private StatusInput Input() => new(4, "palisade-cnp-x", _ledger.Summarize());

    private PolicyStatus Compose() => StatusComposer.Compose(Input(), null, Now);
}
