using Palisade.Operator.Reconciling;

namespace Palisade.Operator.Tests.Reconciling;

public sealed class StaleNamespacesTests
{
    private readonly StaleNamespaces stale = new();

    [Fact]
    public void Take_NothingMarked_IsEmpty() => stale.Take("x").ShouldBe(StaleSet.Nothing);

    [Fact]
    public void Take_MarkedTwice_JoinsTheReasons()
    {
        stale.Mark("x", "shop", Staleness.Policy);
        stale.Mark("x", "shop", Staleness.Namespace);

        stale.Take("x").Namespaces["shop"].ShouldBe(Staleness.Policy | Staleness.Namespace);
    }

    [Fact]
    public void Take_MarkedAll_KeepsTheSingleReasonsToo()
    {
        stale.MarkAll("x");
        stale.Mark("x", "shop", Staleness.Policy);

        var set = stale.Take("x");

        set.All.ShouldBeTrue();
        set.Namespaces.Keys.ShouldBe(["shop"]);
    }

    [Fact]
    public void Take_Twice_GivesEachMarkOnce()
    {
        stale.Mark("x", "shop", Staleness.Policy);
        stale.Take("x");

        stale.Take("x").ShouldBe(StaleSet.Nothing);
    }

    [Fact]
    public void Take_MarksOfAnother_StayWithIt()
    {
        stale.MarkAll("y");

        stale.Take("x").ShouldBe(StaleSet.Nothing);
        stale.Take("y").All.ShouldBeTrue();
    }
}
