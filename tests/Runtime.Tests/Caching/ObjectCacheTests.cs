using Palisade.Kubernetes;
using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Tests.Caching;

public sealed class ObjectCacheTests
{
    private readonly ObjectCache<V1NetworkPolicy> _cache = new(new InformerOptions<V1NetworkPolicy>());
    private int _version;

    [Fact]
    public void List_AnyChangesInBetween_IsInOrderAndComplete()
    {
        var random = new Random(7);
        var expected = new SortedDictionary<NamespacedName, V1NetworkPolicy>();
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
                    _cache.Set(expected[key] = Policy(key));
                }
            }

            _cache.List().ShouldBe(expected.Values);
        }
    }

    [Fact]
    public void List_NothingChanged_IsTheSameList()
    {
        _cache.Set(Policy(new("a", "x")));

        _cache.List().ShouldBeSameAs(_cache.List());
    }

    [Fact]
    public void List_ChangedAfterwards_StaysAsItWas()
    {
        _cache.Set(Policy(new("a", "x")));
        var before = _cache.List();

        _cache.Set(Policy(new("a", "y")));
        _cache.List().Count.ShouldBe(2);

        before.ShouldHaveSingleItem().Metadata.Name.ShouldBe("x");
    }

    [Fact]
    public void Replace_SomeWent_NamesThemInOrder()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            _cache.Set(Policy(new("ns", name)));
        }

        _cache.Replace([]).ShouldBe([new("ns", "a"), new("ns", "b"), new("ns", "c")]);
    }

    private V1NetworkPolicy Policy(NamespacedName key) =>
        new()
        {
            Metadata = new()
            {
                Name = key.Name,
                NamespaceProperty = key.Namespace,
                ResourceVersion = $"{++_version}",
            },
        };
}
