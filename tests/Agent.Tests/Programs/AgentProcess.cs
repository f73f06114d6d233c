using System.Diagnostics;
using System.Text;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>The agent program, run in the network namespace of a node.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public AgentProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Path of the program that was built with the tests.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "palisade-agent");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Resident memory, bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Asks it to stop, as the kubelet does, and waits for its end.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        await CommandResult.OfAsync("kill", ["-TERM", $"{_process.Id}"], cancellationToken);
        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it without asking.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits until it wrote a text; fails with all that it wrote when it ends before.</summary>
    public async Task WroteAsync(string text, CancellationToken cancellationToken)
    {
        await Eventually.TrueAsync(
            () => Output.Contains(text, StringComparison.Ordinal) || HasExited,
            cancellationToken,
            $"the agent writes \"{text}\""
        );
        Output.ShouldContain(text);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        TestContext.Current.SendDiagnosticMessage("{0}", Output);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
