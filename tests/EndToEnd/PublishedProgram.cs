using System.Collections.Concurrent;
using System.Diagnostics;
using Palisade.Lab;

namespace Palisade.EndToEnd;

/// <summary>One of the published programs, running as it would in a container.</summary>
public sealed class PublishedProgram : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly string _name;

    private PublishedProgram(string name, Process process)
    {
        (_name, _process) = (name, process);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a program, in a node's network namespace or, without one, in the sandbox's own.</summary>
    public static PublishedProgram Start(
        string host,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        NetworkNamespace? network = null
    )
    {
        var directory =
            Environment.GetEnvironmentVariable("PALISADE_BIN")
            ?? throw new InvalidOperationException(
                "PALISADE_BIN does not name the directory of the published programs: run hack/native, then hack/test"
            );
        var start = new ProcessStartInfo(Path.Combine(directory, host, $"palisade-{host}"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }

        var started = network is null ? Process.Start(start) : network.Start(start);
        return new PublishedProgram(host, started ?? throw new InvalidOperationException($"{start.FileName} did not start"));
    }

    /// <summary>Its last words, for the message of a test that fails.</summary>
    public string LastWords => $"-- {_name}:{Environment.NewLine}{string.Join(Environment.NewLine, _output.TakeLast(40))}";

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _output.Enqueue(line.Data);
        }
    }
}
