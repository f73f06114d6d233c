namespace Palisade.Policy.Expansion;

/// <summary>Names of namespaces with wildcards: <c>*</c> stands for any text, also none, <c>?</c> for exactly one character.</summary>
public static class NamespaceGlob
{
    /// <summary>Whether the pattern could match a namespace's name: only a-z, 0-9, -, * and ?, at most 63 characters.</summary>
    public static bool IsValid(string? pattern) =>
        pattern is { Length: > 0 and <= 63 }
        && pattern.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '*' or '?');

    /// <summary>Whether the name matches the whole pattern. Takes time in proportion to the product of the lengths at most.</summary>
    public static bool IsMatch(string pattern, string name)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(name);
        int p = 0,
            n = 0,
            star = -1,
            resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }
}
