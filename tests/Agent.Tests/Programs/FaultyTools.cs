using System.Globalization;

namespace Palisade.Agent.Tests.Programs;

/// <summary>
/// Stands between an agent and the real iptables and ipset programs: counts the runs that write, and fails them or kills the agent after one
/// of them when the test says so; or plays a kernel or an ipset that lacks something.
/// </summary>
internal sealed class FaultyTools : IDisposable
{
    // $PPID is the agent. A transaction is tried with --test before it is carried out: that writes nothing.
    private const string Script = """
        #!/bin/sh
        program=${0##*/}
        [ ! -e "$directory/lack" ] || . "$directory/lack"
        case "$program $*" in *-save\ *|*\ --version) exec "$real" "$@" ;; esac
        case " $* " in *" --test "*|*" save "*|*" list "*) exec "$real" "$@" ;; esac
        if [ -e "$directory/fail" ]; then cat >/dev/null; cat "$directory/fail" >&2; exit 4; fi
        count=$(( $(cat "$directory/count") + 1 )); echo $count >"$directory/count"
        "$real" "$@"; status=$?
        [ $count != "$(cat "$directory/kill")" ] || kill -KILL $PPID
        exit $status
        """;

    private static readonly string[] Programs =
    [
        "ipset",
        "iptables-legacy",
        "iptables-nft",
        "iptables-legacy-restore",
        "iptables-nft-restore",
        "ip6tables-legacy-restore",
        "ip6tables-nft-restore",
        "ip6tables-legacy-save",
        "ip6tables-nft-save",
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-tools-");

    public FaultyTools()
    {
        var path = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        foreach (var program in Programs)
        {
            var real = path.Split(':').Select(directory => Path.Combine(directory, program)).First(File.Exists);
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
        KillAfter(0);
        Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{_directory.FullName}:{path}" };
    }

    /// <summary>What an agent needs to find these programs first.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Kills the agent after so many more runs that write; 0 never.</summary>
    public void KillAfter(int runs)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "count"), "0");
        File.WriteAllText(Path.Combine(_directory.FullName, "kill"), runs.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Fails all runs that write, with this on standard error; null for no longer.</summary>
    public void Fail(string? message)
    {
        var file = Path.Combine(_directory.FullName, "fail");
        if (message is null)
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, message);
        }
    }

    /// <summary>Runs of iptables-restore fail whose input has one of these, as they do where the kernel has no such match or target.</summary>
    public void LackInRules(params string[] texts) =>
        Lack(
            $"""
            case "$program" in *-restore)
              cat >"$directory/input.$$"
              if grep -qF {string.Join(' ', texts.Select(text => $"-e '{text}'"))} "$directory/input.$$"; then
                echo "$program: line 3 failed: No chain/target/match by that name." >&2; exit 1
              fi
              exec <"$directory/input.$$" ;;
            esac
            """
        );

    /// <summary>The first run of iptables-restore fails whose input has this, as if another program held the lock for too long.</summary>
    public void HoldLockOnce(string text) =>
        Lack(
            $"""
            case "$program" in *-restore)
              cat >"$directory/input.$$"
              if grep -qF -e '{text}' "$directory/input.$$" && mkdir "$directory/held" 2>/dev/null; then
                echo "Another app is currently holding the xtables lock. Stopped waiting after 10s." >&2; exit 4
              fi
              exec <"$directory/input.$$" ;;
            esac
            """
        );

    /// <summary>No run of this program, whatever its backend, that writes succeeds.</summary>
    public void LackFamily(string program) =>
        Lack(
            $"case $program in {program}-*-restore) echo \"$program: can't initialize table: Table does not exist (do you need to insmod?)\" >&2; exit 3 ;; esac"
        );

    /// <summary>No run of ip6tables succeeds.</summary>
    public void LackIPv6() =>
        Lack(
            "case $program in ip6*) echo \"$program: can't initialize ip6tables table: Address family not supported\" >&2; exit 3 ;; esac"
        );

    /// <summary>A program is of this version.</summary>
    public void BeOld(string tool, string version) =>
        Lack($"case \"$program $*\" in \"{tool} --version\") echo \"{tool} v{version}\"; exit 0 ;; esac");

    /// <summary>Runs of iptables-restore that write do nothing and exit with 0, as some versions do with what they do not understand.</summary>
    public void WriteNothing() => Lack("case \"$program $*\" in *\" --test\"*) ;; *-restore\\ *) cat >/dev/null; exit 0 ;; esac");

    /// <summary>Everything is there again.</summary>
    public void LackNothing() => File.Delete(Path.Combine(_directory.FullName, "lack"));

    /// <summary>This ipset does not know the revision of a set that is there, and stops where it finds it.</summary>
    public void LackRevisionOf(string set) =>
        Lack(
            $"""
            case "$program $*" in "ipset save"|"ipset save {set}")
              echo "ipset v7.10: Kernel and userspace incompatible: settype hash:ip with revision 6 not supported by userspace." >&2; exit 1 ;;
            esac
            """
        );

    public void Dispose() => _directory.Delete(recursive: true);

    private void Lack(string script) =>
        File.WriteAllText(
            Path.Combine(_directory.FullName, "lack"),
            script.Replace("$directory", _directory.FullName, StringComparison.Ordinal)
        );
}
