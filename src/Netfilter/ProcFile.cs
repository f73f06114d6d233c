namespace Palisade.Netfilter;

/// <summary>
/// Reads files of <c>/proc</c>. What they say changes while it is read, so that a failure is not a mistake of the program's: it is reported, and tried again.
/// </summary>
internal static class ProcFile
{
    /// <summary>What the lines of a file say.</summary>
    /// <exception cref="NetfilterException">The file cannot be read, or a line is not as it should be.</exception>
    public static IReadOnlyList<T> Read<T>(string path, Func<IEnumerable<string>, IEnumerable<T>> parse)
    {
        try
        {
            return [.. parse(File.ReadAllLines(path))];
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or FormatException
                        or OverflowException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            throw new NetfilterException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="Read"/>; nothing for a file that is not there, as those of IPv6 are not on a kernel without it.</summary>
    public static IReadOnlyList<T> ReadIfThere<T>(string path, Func<IEnumerable<string>, IEnumerable<T>> parse) =>
        File.Exists(path) ? Read(path, parse) : [];
}
