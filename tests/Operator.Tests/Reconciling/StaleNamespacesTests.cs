using Palisade.Operator.Reconciling;

namespace Palisade.Operator.Tests.Reconciling;

public sealed class StaleNamespacesTests
{
    private readonly StaleNamespaces _stale = new();

    [Fact]
    public void Take_NothingMarked_IsEmpty() => _stale.Take("x").ShouldBe(StaleSet.Nothing);

    [Fact]
    public void Take_MarkedTwice_JoinsTheReasons()
    {
        _stale.Mark("x", "shop", Staleness.Policy);
        _stale.Mark("x", "shop", Staleness.Namespace);

        _stale.Take("x").Namespaces["shop"].ShouldBe(Staleness.Policy | Staleness.Namespace);
    }

    [Fact]
    public void Take_MarkedAll_KeepsTheSingleReasonsToo()
    {
        _stale.MarkAll("x");
        _stale.Mark("x", "shop", Staleness.Policy);

        var set = _stale.Take("x");

        set.All.ShouldBeTrue();
        set.Namespaces.Keys.ShouldBe(["shop"]);
    }

    [Fact]
    public void Take_Twice_GivesEachMarkOnce()
    {
        _stale.Mark("x", "shop", Staleness.Policy);
        _stale.Take("x");

        _stale.Take("x").ShouldBe(StaleSet.Nothing);
    }

    [Fact]
    public void Take_MarksOfAnother_StayWithIt()
    {
        _stale.MarkAll("y");

        _stale.Take("x").ShouldBe(StaleSet.Nothing);
        _stale.Take("y").All.ShouldBeTrue();
    }
}
