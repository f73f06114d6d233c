using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Palisade.Lab.Sandboxing;

/// <summary>
/// User, mount, network and process namespaces of the program's own, with an own <c>/run</c>: inside, it may make network
/// namespaces, bridges, rules and sets without being root, and cannot touch the machine's own. When it ends, however it ends,
/// the kernel removes all of it. <c>hack/sandbox</c> is the same for tests.
/// </summary>
/// <remarks>
/// The program replaces itself by <c>unshare</c>, which starts it again inside: no second process of ours is left outside that
/// could be killed and leave the inner one behind. unshare's <c>--kill-child</c> ends the inner one when unshare is killed.
/// </remarks>
public static class Sandbox
{
    /// <summary>Environment variable that says so inside a sandbox: <c>1</c>.</summary>
    public const string Variable = "PALISADE_SANDBOX";

    private const string Inside = "1";
    private const string Entering = "entering";
    private const int SignalPipe = 13;
    private static readonly string[] Namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

    private static readonly string[] SystemDirectories = ["/usr/sbin", "/sbin"];

    /// <summary>Whether the program runs inside a sandbox.</summary>
    public static bool IsInside => string.Equals(Environment.GetEnvironmentVariable(Variable), Inside, StringComparison.Ordinal);

    /// <summary>Throws when the program is not inside a sandbox: it must not build labs or install rules on the machine itself.</summary>
    /// <exception cref="InvalidOperationException">The program is not inside a sandbox.</exception>
    public static void EnsureInside()
    {
        if (!IsInside)
        {
            throw new InvalidOperationException(
                "Not inside a sandbox. Run tests by hack/test, or a single program by hack/sandbox PROGRAM."
            );
        }
    }

    /// <summary>
    /// Starts the program again, with the same arguments, inside a sandbox, and does not return then. Call it before anything else.
    /// </summary>
    /// <returns>Null inside the sandbox; why there can be none, outside.</returns>
    public static async Task<SandboxRefusal?> EnterAsync(CancellationToken cancellationToken)
    {
        AddSystemDirectories();
        if (IsInside)
        {
            return null;
        }
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), Entering, StringComparison.Ordinal))
        {
            await FurnishAsync(cancellationToken);
            return null;
        }
        if (ProgramPath.Find("unshare") is not { } unshare || ProgramPath.Find("ip") is null)
        {
            return new(SandboxRefusal.ToolsMissing, "unshare or ip is missing; install them with: apt-get install util-linux iproute2");
        }
        if (await CanUnshareAsync(unshare, ["--map-root-user", .. Namespaces], cancellationToken))
        {
            Replace(unshare, ["--map-root-user", .. Namespaces]);
        }
        if (NativeMethods.EffectiveUserId() == 0 && await CanUnshareAsync(unshare, Namespaces, cancellationToken))
        {
            Replace(unshare, Namespaces);
        }
        return new(
            SandboxRefusal.Forbidden,
            "this machine forbids user namespaces to ordinary users; run as root, or allow them (by sysctl, whichever of these it has: "
                + "user.max_user_namespaces, kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)"
        );
    }

    /// <summary>An ordinary user's PATH on Debian leaves out the directories of ip and iptables.</summary>
    private static void AddSystemDirectories()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        var missing = SystemDirectories.Except(path.Split(':'), StringComparer.Ordinal);
        Environment.SetEnvironmentVariable("PATH", string.Join(':', missing.Prepend(path)));
    }

    /// <summary>Tries it with a program that does nothing: after <see cref="Replace"/> it is too late to do something else.</summary>
    private static async Task<bool> CanUnshareAsync(string unshare, string[] options, CancellationToken cancellationToken)
    {
        // Mounting and bringing the loopback up are what the inside begins with; some machines allow the namespaces but not these.
        string[] arguments = [.. options, "--", "ip", "link", "set", "lo", "up"];
        var startInfo = new ProcessStartInfo(unshare, arguments) { UseShellExecute = false, RedirectStandardError = true };
#pragma warning disable RS0030 // The lab is one of the two places that start programs.
        using var process = Process.Start(startInfo);
#pragma warning restore RS0030
        if (process is null)
        {
            return false;
        }
        await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }

    private static void Replace(string unshare, string[] options)
    {
        Environment.SetEnvironmentVariable(Variable, Entering);
        var self = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0');
        self[0] = Environment.ProcessPath ?? self[0];
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .Select(entry => $"{entry.Key}={entry.Value}")
            .Order(StringComparer.Ordinal);

        // The runtime ignores SIGPIPE, and an ignored signal stays ignored in the new program and all that it starts.
        NativeMethods.Signal(SignalPipe, 0);
        NativeMethods.Execute(unshare, ["unshare", .. options, "--", .. self, null], [.. environment, null]);
        throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot run {unshare}");
    }

    private static async Task FurnishAsync(CancellationToken cancellationToken)
    {
        if (NativeMethods.Mount("tmpfs", "/run", "tmpfs", 0, "mode=755") != 0)
        {
            throw new LabException("cannot mount an own /run", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        Directory.CreateDirectory("/run/netns");
        Directory.CreateDirectory("/run/lock");
        Environment.SetEnvironmentVariable("XTABLES_LOCKFILE", "/run/xtables.lock");
        await IpCommand.RunAsync(null, ["link set lo up"], cancellationToken);
        Environment.SetEnvironmentVariable(Variable, Inside);
    }
}

/// <summary>Why this machine lets no sandbox be made.</summary>
/// <param name="Reason">Constant word for programs.</param>
/// <param name="Message">Human-readable message, with what to do.</param>
public sealed record SandboxRefusal(string Reason, string Message)
{
    /// <summary>The programs that make and fill a sandbox are not installed.</summary>
    public const string ToolsMissing = nameof(ToolsMissing);

    /// <summary>User namespaces are forbidden, and this is not root.</summary>
    public const string Forbidden = nameof(Forbidden);
}
