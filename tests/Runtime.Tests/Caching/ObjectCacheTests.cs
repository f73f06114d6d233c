using Palisade.Kubernetes;
using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Tests.Caching;

public sealed class ObjectCacheTests
{
    private readonly ObjectCache<string> _cache = new(
        new Dictionary<string, Func<string, IEnumerable<string>>>(StringComparer.Ordinal),
        isSame: string.Equals,
        isReported: (_, _) => true
    );
    private int _version;

    [Fact]
    public void List_AnyChangesInBetween_IsInOrderAndComplete()
    {
        var random = new Random(7);
        var expected = new SortedDictionary<NamespacedName, string>();
        for (var list = 0; list < 200; list++)
        {
            // Sometimes more than what is put in its place in the last list.
            for (var changes = random.Next(list % 10 == 0 ? 1000 : 4); changes > 0; changes--)
            {
                var key = new NamespacedName($"ns-{random.Next(40)}", $"policy-{random.Next(40)}");
                if (random.Next(3) == 0)
                {
                    _cache.Remove(key).ShouldBe(expected.Remove(key));
                }
                else
                {
                    _cache.Set(Entry(key, expected[key] = $"{random.Next(5)}"));
                }
            }

            _cache.List().ShouldBe(expected.Values);
        }
    }

    [Fact]
    public void List_NothingChanged_IsTheSameList()
    {
        _cache.Set(Entry(new("a", "x"), "x"));

        _cache.List().ShouldBeSameAs(_cache.List());
    }

    [Fact]
    public void List_ChangedAfterwards_StaysAsItWas()
    {
        _cache.Set(Entry(new("a", "x"), "x"));
        var before = _cache.List();

        _cache.Set(Entry(new("a", "y"), "y"));
        _cache.List().Count.ShouldBe(2);

        before.ShouldHaveSingleItem().ShouldBe("x");
    }

    [Fact]
    public void Replace_SomeWent_NamesThemInOrder()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            _cache.Set(Entry(new("ns", name), name));
        }

        _cache.Replace([]).ShouldBe([new("ns", "a"), new("ns", "b"), new("ns", "c")]);
    }

    [Fact]
    public void Set_FactsThatAreEqual_IsNoChangeAndKeepsTheOldOnes()
    {
        var facts = new string('x', 2);
        _cache.Set(Entry(new("a", "x"), facts)).ShouldBeTrue();
        var list = _cache.List();

        _cache.Set(Entry(new("a", "x"), new string('x', 2))).ShouldBeFalse();

        _cache.List().ShouldBeSameAs(list);
        _cache.Get(new("a", "x")).ShouldBeSameAs(facts);
    }

    [Fact]
    public void Set_EqualFactsOfAnotherObjectOfTheName_IsAChange()
    {
        _cache.Set(Entry(new("a", "x"), "x"));

        _cache.Set(Entry(new("a", "x"), "x") with { Uid = "2" }).ShouldBeTrue();
    }

    [Fact]
    public void Set_FactsThatDiffer_IsAChange()
    {
        _cache.Set(Entry(new("a", "x"), "x"));

        _cache.Set(Entry(new("a", "x"), "y")).ShouldBeTrue();

        _cache.List().ShouldBe(["y"]);
    }

    private CacheEntry<string> Entry(NamespacedName key, string facts) => new(key, $"{++_version}", "1", facts);
}
