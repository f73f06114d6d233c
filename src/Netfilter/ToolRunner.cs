using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Netfilter;

/// <summary>Runs programs: argument lists, input through a pipe, a time limit, and errors that say which line of the input was at fault.</summary>
internal sealed partial class ToolRunner(NetfilterOptions options)
{
    private const string NotFound = "apt-get install iptables ipset";

    /// <summary>Runs the program and returns its output.</summary>
    /// <exception cref="NetfilterException">It is missing, failed or took too long.</exception>
    public async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancellationToken)
    {
        var result = await TryRunAsync(program, arguments, input, cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw Failure(program, result, input);
    }

    /// <summary>Runs the program; an exit code other than 0 is the caller's to judge.</summary>
    /// <exception cref="NetfilterException">It is missing or took too long.</exception>
    public async Task<ToolResult> TryRunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(program, arguments, input is not null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ToolTimeout + options.LockTimeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await FeedAsync(process, input, limit.Token);
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(limit.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new NetfilterException($"{program}: did not end within {options.ToolTimeout + options.LockTimeout}", e);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>What a failed program said, with the line of its input that it blames.</summary>
    public static NetfilterException Failure(string program, ToolResult result, string? input)
    {
        var said = string.Join(
            "; ",
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(IsWorthSaying)
        );
        int? line = null;
        var message = $"{program}: {(said.Length > 0 ? said : "no reason given")} (exit code {result.ExitCode})";
        var match = LineNumber().Match(result.Error);
        if (
            input is not null
            && match.Success
            && int.TryParse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            line = number;
            message += $"; line {number} of its input: {input.Split('\n').ElementAtOrDefault(number - 1)}";
        }

        return new(message) { Line = line, Said = said.Length > 0 ? said : null };
    }

    private static Process Start(string program, IReadOnlyList<string> arguments, bool hasInput)
    {
        try
        {
            var start = new ProcessStartInfo(ProgramPath.Require(program), arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = hasInput,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // The messages are read by programs too.
            start.Environment["LC_ALL"] = "C";
#pragma warning disable RS0030 // This is the place where programs are started.
            return Process.Start(start)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception e)
        {
            throw new NetfilterException($"{program} cannot be started ({e.Message}): {NotFound}", e);
        }
    }

    private static async Task FeedAsync(Process process, string? input, CancellationToken cancellationToken)
    {
        if (input is null)
        {
            return;
        }

        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of it; its exit code and message say why.
        }
    }

    private static bool IsWorthSaying(string line) =>
        !line.StartsWith("# Warning: iptables-legacy tables present", StringComparison.Ordinal)
        && !line.StartsWith("Try `", StringComparison.Ordinal);

    [GeneratedRegex(@"line:? (?<line>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex LineNumber();
}

/// <summary>What a program did.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
