namespace Palisade.Models;

/// <summary>One line of a watch answer.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class WatchEvent<T>
{
    /// <summary><c>ADDED</c>, <c>MODIFIED</c>, <c>DELETED</c>, <c>BOOKMARK</c> or <c>ERROR</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The object as it now is (for <c>DELETED</c>, as it last was).</summary>
    public T? Object { get; set; }
}
