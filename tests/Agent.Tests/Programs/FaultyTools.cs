using System.Globalization;

namespace Palisade.Agent.Tests.Programs;

/// <summary>
/// Stands between an agent and the real iptables and ipset programs: counts the runs that write, and fails them or kills the agent after one
/// of them when the test says so.
/// </summary>
internal sealed class FaultyTools : IDisposable
{
    // $PPID is the agent. A transaction is tried with --test before it is carried out: that writes nothing.
    private const string Script = """
        #!/bin/sh
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
        "iptables-legacy-restore",
        "iptables-nft-restore",
        "ip6tables-legacy-restore",
        "ip6tables-nft-restore",
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

    public void Dispose() => _folder.Delete(recursive: true);
}
