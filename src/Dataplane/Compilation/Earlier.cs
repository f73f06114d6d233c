using System.Collections.Immutable;

namespace Palisade.Dataplane.Compilation;

/// <summary>Chooses between a list that was there and a new one, so that a comparison by reference shows at once that nothing changed.</summary>
internal static class Earlier
{
    /// <summary>The earlier list when both have equal items, otherwise the later one.</summary>
    public static ImmutableArray<T> Choose<T>(ImmutableArray<T> earlier, ImmutableArray<T> later)
        where T : IEquatable<T> => earlier.AsSpan().SequenceEqual(later.AsSpan()) ? earlier : later;
}
