using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>The single file, as hack/native makes it, on a machine that has nothing but kubectl.</summary>
public sealed class SingleFileTests : IDisposable
{
    private readonly DirectoryInfo _empty = Directory.CreateTempSubdirectory("palisade-");

    public static string Folder { get; } = Find();

    public void Dispose() => _empty.Delete(recursive: true);

    [Fact]
    public async Task SingleFile_OnThePath_IsTheKubectlPlugin()
    {
        var version = await KubectlAsync("palisade", "version");

        version.ExitCode.ShouldBe(ExitCode.Clean, version.Error);
        version.Output.ShouldStartWith("kubectl-palisade 0.");
        Directory.GetFiles(Folder).Select(Path.GetFileName).ShouldBe(["kubectl-palisade"]);
    }

    [Fact]
    public async Task SingleFile_InAnEmptyFolder_HasAllThatItNeeds()
    {
        var lint = await KubectlAsync("palisade", "lint", "-f", Path.Join(Samples.Invalid, "ip-blocks.yaml"), "-o", "sarif");
        var report = await KubectlAsync("palisade", "report", "-f", Samples.Shop, "--to", "-");

        lint.ExitCode.ShouldBe(ExitCode.Findings, lint.Error);
        lint.Output.ShouldContain("A cidr is not a CIDR.");
        report.ExitCode.ShouldBe(ExitCode.Clean, report.Error);
        report.Output.ShouldEndWith("</html>\n");
        _empty.GetFileSystemInfos().ShouldBeEmpty();
    }

    [Fact]
    public void SingleFile_Size_IsThatOfWhatItUses() =>
        // 35 MB with the contracts of all that k8s.Models has, which are easily brought back in (docs/decisions/0009).
        new FileInfo(Path.Join(Folder, "kubectl-palisade")).Length.ShouldBeLessThan(30_000_000);

    [Fact]
    public async Task SingleFile_Crash_NamesTheMethods()
    {
        // A full disk is what no command expects.
        var run = await CommandResult.OfAsync(
            "sh",
            ["-c", "exec \"$0\" lint -f \"$1\" > /dev/full", Path.Join(Folder, "kubectl-palisade"), Samples.Shop],
            TestContext.Current.CancellationToken
        );

        run.ExitCode.ShouldBe(134, run.Error);
        run.Error.ShouldContain("at Palisade.Cli.Lint.LintCommand");
    }

    private Task<CommandResult> KubectlAsync(params string[] arguments) =>
        CommandResult.OfAsync(
            "env",
            [
                "-i",
                "-C",
                _empty.FullName,
                $"PATH={Folder}:/usr/local/bin:/usr/bin:/bin",
                $"HOME={_empty.FullName}",
                "kubectl",
                .. arguments,
            ],
            TestContext.Current.CancellationToken
        );

    private static string Find()
    {
        var directory = Path.Join(Environment.GetEnvironmentVariable("PALISADE_BIN"), "cli");
        return File.Exists(Path.Join(directory, "kubectl-palisade"))
            ? directory
            : throw new InvalidOperationException("there is no $PALISADE_BIN/cli/kubectl-palisade: run hack/native, then hack/test");
    }
}
