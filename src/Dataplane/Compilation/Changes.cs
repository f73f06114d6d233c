using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Palisade.Dataplane.Compilation;

/// <summary>
/// What went and what came between two lists of objects that are never changed in place: an object that differs is another object. Lists
/// in the same order, as caches give them, are compared in no time; any other order gives the same answer later.
/// </summary>
/// <param name="Removed">Objects that only the earlier list has.</param>
/// <param name="Added">Objects that only the later list has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Changes<T>(IReadOnlyList<T> Removed, IReadOnlyList<T> Added)
    where T : class
{
    /// <summary>Whether both lists have the same objects.</summary>
    public bool IsEmpty => Removed.Count + Added.Count == 0;

    public static Changes<T> Between(ImmutableArray<T> before, ImmutableArray<T> after)
    {
        var left = before.AsSpan();
        var right = after.AsSpan();
        var same = 0;
        while (same < left.Length && same < right.Length && ReferenceEquals(left[same], right[same]))
        {
            same++;
        }

        left = left[same..];
        right = right[same..];
        same = 0;
        while (same < left.Length && same < right.Length && ReferenceEquals(left[^(same + 1)], right[^(same + 1)]))
        {
            same++;
        }

        left = left[..^same];
        right = right[..^same];
        return new(Without(left, right), Without(right, left));
    }

    private static T[] Without(ReadOnlySpan<T> objects, ReadOnlySpan<T> others)
    {
        var known = new HashSet<T>(others.Length, ReferenceEqualityComparer.Instance);
        foreach (var other in others)
        {
            known.Add(other);
        }

        var rest = new List<T>();
        foreach (var item in objects)
        {
            if (!known.Contains(item))
            {
                rest.Add(item);
            }
        }

        return [.. rest];
    }
}
