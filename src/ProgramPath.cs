using System.ComponentModel;

namespace Palisade;

/// <summary>
/// Finds programs as a shell does. Left to itself the framework looks into the program's own and the current directory before the PATH, and
/// files that anybody put there, such as the author of a checked-out repository, would be run.
/// </summary>
internal static class ProgramPath
{
    private const int NoSuchFile = 2;

    /// <summary>Path of the program: as given when it is a path, otherwise where the PATH has it.</summary>
    /// <exception cref="Win32Exception">The PATH does not have it.</exception>
    public static string Require(string name) =>
        Find(name) ?? throw new Win32Exception(NoSuchFile, $"{name} is in no directory of the PATH");

    /// <summary>As <see cref="Require"/>; null when the PATH does not have it. Directories relative to the current one do not count.</summary>
    public static string? Find(string name) =>
        name.Contains('/', StringComparison.Ordinal)
            ? name
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':')
                .Where(Path.IsPathRooted)
                .Select(directory => Path.Join(directory, name))
                .FirstOrDefault(File.Exists);
}
