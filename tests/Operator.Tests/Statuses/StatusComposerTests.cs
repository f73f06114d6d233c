using Palisade.Operator.Statuses;

namespace Palisade.Operator.Tests.Statuses;

public sealed class StatusComposerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private readonly Dictionary<string, NamespaceOutcome> _outcomes = new(StringComparer.Ordinal);

    [Fact]
    public void Compose_AllUpToDate_IsReady()
    {
        _outcomes["a"] = NamespaceOutcome.UpToDate;

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
        _outcomes["a"] = NamespaceOutcome.UpToDate;
        _outcomes["b"] = NamespaceOutcome.UpToDate;

        Ready(Compose()).Message.ShouldBe("all 2 matching namespaces hold NetworkPolicy palisade-cnp-x");
    }

    [Fact]
    public void Compose_SomePending_IsReconciling()
    {
        _outcomes["a"] = NamespaceOutcome.UpToDate;
        _outcomes["b"] = NamespaceOutcome.Pending;

        var status = Compose();

        Conditions(status).ShouldBe("Ready=False Reconciling=True Stalled=False");
        Ready(status).Reason.ShouldBe("Progressing");
    }

    [Fact]
    public void Compose_SomebodyMustAct_IsStalled()
    {
        _outcomes["a"] = NamespaceOutcome.UpToDate;
        _outcomes["shop"] = new(OutcomeState.Blocked) { Reason = "NameConflict", Message = "the name is taken" };

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
        _outcomes["shop"] = new(Enum.Parse<OutcomeState>(state)) { Reason = "WriteFailed", Message = "timeout" };

        Conditions(Compose()).ShouldBe("Ready=False Reconciling=True Stalled=False");
    }

    [Fact]
    public void Compose_DifferentFailures_SaysSeveral()
    {
        _outcomes["a"] = new(OutcomeState.Blocked) { Reason = "NameConflict" };
        _outcomes["b"] = new(OutcomeState.Retrying) { Reason = "WriteFailed" };

        Ready(Compose()).Reason.ShouldBe("SeveralFailures");
    }

    [Fact]
    public void Compose_ManyFailures_ListsTwentyInOrder()
    {
        for (var i = 30; i > 0; i--)
        {
            _outcomes[$"n{i:00}"] = new(OutcomeState.Blocked) { Reason = "NameConflict" };
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
        var status = StatusComposer.Compose(new(1, "palisade-cnp-x", OutcomeSummary.From(_outcomes)) { Invalid = "2 errors" }, null, Now);

        Conditions(status).ShouldBe("Ready=False Reconciling=False Stalled=True");
        Ready(status).Reason.ShouldBe("InvalidSpec");
        Ready(status).Message.ShouldBe("2 errors");
    }

    [Fact]
    public void Compose_ConditionUnchanged_KeepsItsTime()
    {
        _outcomes["a"] = NamespaceOutcome.UpToDate;
        var before = Compose();
        _outcomes["b"] = NamespaceOutcome.UpToDate;

        var after = StatusComposer.Compose(Input(), before, Now.AddHours(1));

        Ready(after).LastTransitionTime.ShouldBe(Ready(before).LastTransitionTime);
        Ready(before).LastTransitionTime.ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    [Fact]
    public void SaySame_OnlyTimeDiffers_IsTrue() =>
        StatusComposer.SaySame(Compose(), StatusComposer.Compose(Input(), null, Now.AddHours(1))).ShouldBeTrue();

    [Fact]
    public void SaySame_CountDiffers_IsFalse()
    {
        var before = Compose();
        _outcomes["a"] = NamespaceOutcome.UpToDate;

        StatusComposer.SaySame(before, Compose()).ShouldBeFalse();
    }

    private static string Conditions(PolicyStatus status) => string.Join(' ', status.Conditions!.Select(c => $"{c.Type}={c.Status}"));

    private static V1Condition Ready(PolicyStatus status) => status.Conditions![0];

    private StatusInput Input() => new(4, "palisade-cnp-x", OutcomeSummary.From(_outcomes));

    private PolicyStatus Compose() => StatusComposer.Compose(Input(), null, Now);
}
