using System.CommandLine;
using System.Runtime.InteropServices;
using Palisade.Kubernetes.Client;

namespace Palisade.Hosting;

/// <summary>Runs a server from its arguments to its exit code.</summary>
public static class ServerProgram
{
    /// <summary>
    /// Runs a program until it ends or is told to, by SIGTERM or SIGINT. What is invalid is one line on standard error.
    /// </summary>
    /// <param name="name">Name of the program, such as <c>palisade-agent</c>.</param>
    /// <param name="command">Its command line; gives one of <see cref="ExitCodes"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="exitCode">Exit code of an exception that the program knows; null for any other, which is a bug and ends it as such.</param>
    public static async Task<int> RunAsync(
        string name,
        RootCommand command,
        IReadOnlyList<string> arguments,
        Func<Exception, int?>? exitCode = null
    )
    {
        using var stop = new CancellationTokenSource();
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        return await RunAsync(name, command, arguments, Console.Error, exitCode, stop.Token);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>As above, with what a process has from outside given to it.</summary>
    public static async Task<int> RunAsync(
        string name,
        RootCommand command,
        IReadOnlyList<string> arguments,
        TextWriter error,
        Func<Exception, int?>? exitCode,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(error);
        var parsed = command.Parse(arguments);
        if (parsed.Errors is [var first, ..])
        {
            await error.WriteLineAsync($"{name}: {OneLine(first.Message)} See {name} --help.");
            return ExitCodes.BadInput;
        }

        try
        {
            // The host takes the time that it needs to end in good order.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellationToken
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (Exception e) when ((exitCode?.Invoke(e) ?? ExitCode(e)) is { } code)
        {
            await error.WriteLineAsync($"{name}: {OneLine(e.Message)}");
            return code;
        }
    }

    private static int? ExitCode(Exception exception) =>
        exception switch
        {
            KubeConfigException => ExitCodes.BadInput,
            KubernetesException => ExitCodes.Failure,
            IOException => ExitCodes.Failure, // A port that is taken.
            _ => null,
        };

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>What the end of a server tells its caller.</summary>
public static class ExitCodes
{
    /// <summary>Done, or stopped when asked to.</summary>
    public const int Success = 0;

    /// <summary>What was asked for could not be done; another try may succeed.</summary>
    public const int Failure = 1;

    /// <summary>A flag, a file or the machine is not as it must be; trying again does not help before that is changed.</summary>
    public const int BadInput = 2;
}
