namespace Palisade.Policy.Validation;

/// <summary>Wording shared by messages.</summary>
internal static class Text
{
    private const int Shown = 5;

    /// <summary>The items, separated by commas; of many only the first, and how many more there are.</summary>
    public static string List(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count <= Shown
            ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(Shown))} and {(all.Count - Shown).ToString(System.Globalization.CultureInfo.InvariantCulture)} more";
    }

    /// <summary>What may have been meant, as the end of a message; empty when nothing is near.</summary>
    public static string DidYouMean(string written, IEnumerable<string> possible) =>
        EditDistance.Nearest(written, possible) is { } nearest ? $": did you mean \"{nearest}\"?" : "";
}
