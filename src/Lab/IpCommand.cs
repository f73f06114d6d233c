using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Palisade.Lab;

/// <summary>Runs <c>ip -batch</c>: many changes of links, addresses and routes by one program start.</summary>
internal static class IpCommand
{
    /// <summary>Makes the changes in order; the first that fails ends it.</summary>
    /// <param name="networkNamespace">Name of the namespace to make them in; null for the current one.</param>
    /// <param name="commands">Lines without the leading <c>ip</c>.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="LabException">A change failed, or there is no <c>ip</c>.</exception>
    public static async Task RunAsync(string? networkNamespace, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        using var process = Start(networkNamespace is null ? ["-batch", "-"] : ["-n", networkNamespace, "-batch", "-"]);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteAsync(process, commands, cancellationToken);
            var text = await errors;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new LabException($"ip -batch failed in {networkNamespace ?? "the sandbox"}: {Explain(text, commands)}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static Process Start(string[] arguments)
    {
        try
        {
            var startInfo = new ProcessStartInfo(ProgramPath.Require("ip"), arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardError = true,
            };
#pragma warning disable RS0030 // The lab is one of the two places that start programs.
            return Process.Start(startInfo) ?? throw new LabException("ip did not start");
#pragma warning restore RS0030
        }
        catch (Win32Exception exception)
        {
            throw new LabException("cannot run ip; install it with: apt-get install iproute2", exception);
        }
    }

    private static async Task WriteAsync(Process process, IReadOnlyList<string> commands, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(string.Join('\n', commands.Append("")).AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // ip stopped at a failed line before it had read the rest; its exit code and its words say so.
        }
    }

    /// <summary>ip says "Command failed -:3": the third line. Put that line next to it.</summary>
    private static string Explain(string errors, IReadOnlyList<string> commands)
    {
        var marker = errors.LastIndexOf("-:", StringComparison.Ordinal);
        return
            marker >= 0
            && int.TryParse(errors.AsSpan(marker + 2).Trim(), CultureInfo.InvariantCulture, out var line)
            && line >= 1
            && line <= commands.Count
            ? $"{errors.Trim()} ({commands[line - 1]})"
            : errors.Trim();
    }
}
