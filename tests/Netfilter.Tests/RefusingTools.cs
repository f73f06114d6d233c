namespace Palisade.Netfilter.Tests;

/// <summary>
/// Stands between this process and the real iptables and ipset programs, and plays a kernel that lacks something: what has one of these texts in it is
/// refused, in the words that the real programs have for that; all else goes to the real kernel.
/// </summary>
internal sealed class RefusingTools : IDisposable
{
    // Legacy commits a table as a whole, and names its last line; nft names the rule; ipset stops where it is, with all before it done.
    private const string Script = """
        #!/bin/sh
        program=${0##*/}
        case "$program $*" in *--version*|*-save*|*" save"*|*" list"*) exec "$real" "$@" ;; esac
        if grep -qxF "$program" "$directory/missing"; then echo "$program: not to be used here" >&2; exit 3; fi
        case "$program" in
          ipset)
            if printf '%s\n' "$*" | grep -qFf "$directory/refused"; then echo "ipset v7.17: Kernel error received: set type not supported" >&2; exit 1; fi
            case "$*" in *restore*) ;; *) exec "$real" "$@" ;; esac
            cat >"$directory/input.$$"
            line=$(grep -nFf "$directory/refused" "$directory/input.$$" | head -1 | cut -d: -f1)
            [ -n "$line" ] || exec "$real" "$@" <"$directory/input.$$"
            head -$((line - 1)) "$directory/input.$$" | "$real" "$@" || exit
            echo "ipset v7.17: Error in line $line: Kernel error received: set type not supported" >&2; exit 1 ;;
          *-restore)
            cat >"$directory/input.$$"
            line=$(grep -n -- '^-A' "$directory/input.$$" | grep -Ff "$directory/refused" | head -1 | cut -d: -f1)
            [ -n "$line" ] || exec "$real" "$@" <"$directory/input.$$"
            case "$program" in
              *legacy*) echo "$program: line $(grep -n COMMIT "$directory/input.$$" | head -1 | cut -d: -f1) failed" >&2; exit 1 ;;
              *) echo "$program v1.8.9 (nf_tables): " >&2; echo "line $line: RULE_APPEND failed (No such file or directory): rule in chain X" >&2; exit 4 ;;
            esac ;;
        esac
        exec "$real" "$@"
        """;

    private static readonly string[] Programs =
    [
        "ipset",
        "iptables-legacy-restore",
        "iptables-nft-restore",
        "ip6tables-legacy-restore",
        "ip6tables-nft-restore",
    ];

    private readonly string _path = Environment.GetEnvironmentVariable("PATH") ?? "";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-refusing-");

    public RefusingTools()
    {
        foreach (var program in Programs)
        {
            var real = $"{_path}:/usr/sbin:/sbin".Split(':').Select(directory => Path.Combine(directory, program)).First(File.Exists);
            var file = Path.Combine(_directory.FullName, program);
            File.WriteAllText(
                file,
                Script.Replace("$real", real, StringComparison.Ordinal).Replace("$directory", _directory.FullName, StringComparison.Ordinal)
            );
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        Refuse();
        Miss();
        Environment.SetEnvironmentVariable("PATH", $"{_directory.FullName}:{_path}");
    }

    /// <summary>Refuses what has one of these texts in it, and takes all else.</summary>
    public void Refuse(params string[] texts) => File.WriteAllLines(Path.Combine(_directory.FullName, "refused"), texts);

    /// <summary>These programs fail whatever they are asked.</summary>
    public void Miss(params string[] programs) => File.WriteAllLines(Path.Combine(_directory.FullName, "missing"), programs);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _directory.Delete(recursive: true);
    }
}
