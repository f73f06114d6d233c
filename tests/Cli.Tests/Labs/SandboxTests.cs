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
        // It starts short-lived programs first; the one that stays, of its own name, waits for its input inside the sandbox.
        string? inner = null;
        await Eventually.TrueAsync(
            () =>
            {
                inner = ChildrenOf(process.Id)
                    .FirstOrDefault(child => TextOf($"/proc/{child}/comm").StartsWith("kubectl", StringComparison.Ordinal));
                return inner is not null;
            },
            Token
        );

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

    [Fact]
    public async Task Lab_WhatItNeedsFails_SaysWhyAndExits2()
    {
        using var process = StartWith(Path.Join(Golden.Folder, "lab-without-ip"), "lab", "--measure", "always", "-f", Samples.Shop);

        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        error.ShouldBe("kubectl palisade: the lab failed: ip -batch failed in the sandbox: no more\n");
        process.ExitCode.ShouldBe(ExitCode.Usage);
    }

    // A child is listed with the thread that made it, which need not be the first.
    private static IEnumerable<string> ChildrenOf(int process) =>
        Directory
            .GetDirectories($"/proc/{process}/task")
            .SelectMany(thread => TextOf(Path.Join(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // it has ended meanwhile
        }
    }

    private static Process Start(params string[] args) => StartWith(path: null, args);

    private static Process StartWith(string? path, params string[] args)
    {
        var startInfo = new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "kubectl-palisade"), args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        startInfo.Environment.Remove(Sandbox.Variable);
        if (path is not null)
        {
            startInfo.Environment["PATH"] = $"{path}:{startInfo.Environment["PATH"]}";
        }
#pragma warning disable RS0030 // The program under test.
        return Process.Start(startInfo)!;
#pragma warning restore RS0030
    }
}
