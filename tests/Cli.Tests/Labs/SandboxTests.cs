using System.Diagnostics;
using Palisade.Lab.Sandboxing;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Labs;

/// <summary>The program as a user starts it, outside of a sandbox: it makes one of its own.</summary>
public sealed class SandboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lab_StartedOutside_RunsInASandboxOfItsOwn()
    {
        Sandbox.EnsureInside();
        using var process = Start("lab", "--measure", "always", "-f", Samples.Shop);

        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        process.ExitCode.ShouldBe(ExitCode.Clean, output);
        output.ShouldContain("The kernel lets through exactly what the policies say.");
        output.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Lab_Killed_TakesTheSandboxAlong()
    {
        Sandbox.EnsureInside();
        using var process = Start("lab", "--measure", "always", "-f", "-");
        // It waits for its input inside the sandbox then.
        await Eventually.TrueAsync(
            () => ChildrenOf(process.Id).Length > 0 && CommandOf(ChildrenOf(process.Id)[0]).StartsWith("kubectl", StringComparison.Ordinal),
            Token
        );
        var inner = ChildrenOf(process.Id)[0];

        process.Kill();
        await process.WaitForExitAsync(Token);

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{inner}"), Token);
    }

    [Fact]
    public async Task Lab_InputFromAPipe_ReachesTheProgramInside()
    {
        using var process = Start("lab", "-f", "-");

        await process.StandardInput.WriteAsync("kind: Pod".AsMemory(), Token);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        error.ShouldBe("-:1:1: apiVersion: must be given\n");
        process.ExitCode.ShouldBe(ExitCode.Usage);
    }

    private static string[] ChildrenOf(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string CommandOf(string process) => File.ReadAllText($"/proc/{process}/comm");

    private static Process Start(params string[] args)
    {
        var startInfo = new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "kubectl-palisade"), args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        startInfo.Environment.Remove(Sandbox.Variable);
#pragma warning disable RS0030 // The program under test.
        return Process.Start(startInfo)!;
#pragma warning restore RS0030
    }
}
