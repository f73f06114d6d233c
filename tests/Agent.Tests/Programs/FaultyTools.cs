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
        [ ! -e "$folder/lack" ] || . "$folder/lack"
        case "$program $*" in *-save\ *|*\ --version) exec "$real" "$@" ;; esac
        case " $* " in *" --test "*|*" save "*|*" list "*) exec "$real" "$@" ;; esac
        if [ -e "$folder/fail" ]; then cat >/dev/null; cat "$folder/fail" >&2; exit 4; fi
        count=$(( $(cat "$folder/count") + 1 )); echo $count >"$folder/count"
        "$real" "$@"; status=$?
        [ $count != "$(cat "$folder/kill")" ] || kill -KILL $PPID
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

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-tools-");

    public FaultyTools()
    {
        var path = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        foreach (var program in Programs)
        {
            var real = path.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);
            var file = Path.Combine(_folder.FullName, program);
            File.WriteAllText(
                file,
                Script.Replace("$real", real, StringComparison.Ordinal).Replace("$folder", _folder.FullName, StringComparison.Ordinal)
            );
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        KillAfter(0);
        Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{_folder.FullName}:{path}" };
    }

    /// <summary>What an agent needs to find these programs first.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Kills the agent after so many more runs that write; 0 never.</summary>
    public void KillAfter(int runs)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "count"), "0");
        File.WriteAllText(Path.Combine(_folder.FullName, "kill"), runs.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Fails all runs that write, with this on standard error; null for no longer.</summary>
    public void Fail(string? message)
    {
        var file = Path.Combine(_folder.FullName, "fail");
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
              cat >"$folder/input.$$"
              if grep -qF {string.Join(' ', texts.Select(text => $"-e '{text}'"))} "$folder/input.$$"; then
                echo "$program: line 3 failed: No chain/target/match by that name." >&2; exit 1
              fi
              exec <"$folder/input.$$" ;;
            esac
            """
        );

    /// <summary>The first run of iptables-restore fails whose input has this, as if another program held the lock for too long.</summary>
    public void HoldLockOnce(string text) =>
        Lack(
            $"""
            case "$program" in *-restore)
              cat >"$folder/input.$$"
              if grep -qF -e '{text}' "$folder/input.$$" && mkdir "$folder/held" 2>/dev/null; then
                echo "Another app is currently holding the xtables lock. Stopped waiting after 10s." >&2; exit 4
              fi
              exec <"$folder/input.$$" ;;
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
    public void LackNothing() => File.Delete(Path.Combine(_folder.FullName, "lack"));

    /// <summary>This ipset does not know the revision of a set that is there, and stops where it finds it.</summary>
    public void LackRevisionOf(string set) =>
        Lack(
            $"""
            case "$program $*" in "ipset save"|"ipset save {set}")
              echo "ipset v7.10: Kernel and userspace incompatible: settype hash:ip with revision 6 not supported by userspace." >&2; exit 1 ;;
            esac
            """
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private void Lack(string script) =>
        File.WriteAllText(Path.Combine(_folder.FullName, "lack"), script.Replace("$folder", _folder.FullName, StringComparison.Ordinal));
}
