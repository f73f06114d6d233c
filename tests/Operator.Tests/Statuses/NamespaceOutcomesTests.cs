using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Statuses;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Statuses;

public sealed class NamespaceOutcomesTests
{
    private readonly NamespaceOutcomes _outcomes = new();
    private readonly Expansions _first = Plan();
    private readonly Expansions _second = Plan();

    [Fact]
    public void Begin_AnotherPlan_MakesAllPendingAndKeepsWhatIsNoLongerConcerned()
    {
        _outcomes.Begin(_first, [("a", true), ("b", true)]);
        Conclude(_first, "a", NamespaceOutcome.UpToDate);
        Conclude(_first, "b", NamespaceOutcome.UpToDate);

        var names = _outcomes.Begin(_second, [("b", true), ("c", true)]);

        names.ShouldBe(["b", "c", "a"], ignoreOrder: true);
        _outcomes.PendingCount.ShouldBe(3);
        var summary = _outcomes.Summarize();
        (summary.Matched, summary.UpToDate, summary.Pending).ShouldBe((2, 0, 3));
    }

    [Fact]
    public void Conclude_ByAnOlderPlan_StaysPendingAndComesBack()
    {
        _outcomes.Begin(_first, [("a", true)]);
        _outcomes.Begin(_second, [("a", true)]);
        var write = new PolicyWrite(new V1NetworkPolicy { Metadata = new() { Name = "x" } }, IsReplacement: false, DateTimeOffset.MaxValue);

        _outcomes.Conclude(_first, "a", NamespaceOutcome.UpToDate with { Written = write }, out var isNews).ShouldBeFalse();

        isNews.ShouldBeFalse();
        _outcomes.PendingCount.ShouldBe(1);
        _outcomes.Find("a")!.Written.ShouldBe(write, "what stands is known all the same");
    }

    [Fact]
    public void Conclude_SameAsBefore_IsNoNews()
    {
        _outcomes.Begin(_first, [("a", true)]);

        Conclude(_first, "a", NamespaceOutcome.UpToDate).ShouldBeTrue();
        Conclude(_first, "a", NamespaceOutcome.UpToDate with { }).ShouldBeFalse();
        Conclude(_first, "a", outcome: null).ShouldBeTrue();
        _outcomes.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void ForgetWrite_OfAnotherName_ForgetsNothing()
    {
        _outcomes.Begin(_first, [("a", true)]);
        var write = new PolicyWrite(new V1NetworkPolicy { Metadata = new() { Name = "x" } }, IsReplacement: false, DateTimeOffset.MaxValue);
        Conclude(_first, "a", NamespaceOutcome.UpToDate with { Written = write });

        _outcomes.ForgetWrite(new("a", "y"));
        _outcomes.Find("a")!.Written.ShouldBe(write);

        _outcomes.ForgetWrite(new("a", "x"));
        _outcomes.Find("a")!.Written.ShouldBeNull();
    }

    private bool Conclude(Expansions plan, string name, NamespaceOutcome? outcome)
    {
        _outcomes.Conclude(plan, name, outcome, out var isNews).ShouldBeTrue();
        return isNews;
    }

    private static Expansions Plan() => new(Make.Source(Make.ClusterPolicy("x")), new ExpansionContext(), new NetworkPolicyTrimmer());
}
