using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>
/// The commands of the documents that need no more than the program and an API server: hack/follow runs them as they are written, in a directory
/// with a copy of config/. Those that need a whole cluster are run by hack/test-cluster; hack/follow.list says which are run by neither, and why.
/// </summary>
public sealed class DocumentedCommandsTests(ApiServerFixture server) : IDisposable
{
    private static readonly string Follow = Path.Join(Repository.Root, "hack/follow");
    private static readonly string Testdata = Path.Join(Repository.Root, "tests/Testdata/documents");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TheoryData<string, string>> SectionsAsync()
    {
        var sections = await CommandResult.OfAsync(Follow, ["--sections", "suite"], CancellationToken.None);
        var rows = new TheoryData<string, string>();
        foreach (var row in sections.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            rows.Add(row.Split('\t')[0], row.Split('\t')[1]);
        }

        return rows;
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(SectionsAsync))]
    public async Task Commands_OfSection_PrintWhatIsShown(string document, string section)
    {
        await InstalledDefinitions.InstallAsync(server, Token);
        CopyManifests();

        var run = await CommandResult.OfAsync(
            "env",
            [
                "-C",
                _directory.FullName,
                $"PATH={SingleFileTests.Folder}:{Testdata}:{Environment.GetEnvironmentVariable("PATH")}",
                $"KUBECONFIG={server.KubeConfig}",
                $"HOME={_directory.FullName}",
                Follow,
                document,
                section,
                "COMMAND=lint",
                // Without kubelets there are no nodes but in the files.
                "NODE=node-1 -f config/samples/shop",
            ],
            Token
        );

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
    }

    [Fact]
    public async Task Commands_OfEveryDocument_AreRunOrListedWithTheReason()
    {
        var check = await CommandResult.OfAsync(Follow, ["--check"], Token);

        check.ExitCode.ShouldBe(0, check.Output + check.Error);
    }

    [Theory]
    [InlineData("one\nfour (5)", 0)]
    [InlineData("...\nfour (5)", 0)]
    [InlineData("one\n...", 0)]
    [InlineData("one\n...\nfour (5)", 0)]
    [InlineData("one\n... (5)", 0)]
    [InlineData("one\nfour [...]", 1)]
    [InlineData("one", 1)]
    [InlineData("four (5)", 1)]
    [InlineData("...\none", 1)]
    [InlineData("one\nfour (5)\nsix", 1)]
    [InlineData("one\nf*", 1)]
    public async Task Follow_WhatIsShown_HasToBeAllThatIsPrinted(string shown, int expected)
    {
        var document = Path.Join(_directory.FullName, "document.md");
        await File.WriteAllTextAsync(document, $"# Numbers\n\n```\n$ printf 'one\\nfour (5)\\n'\n{shown}\n```\n", Token);

        var run = await CommandResult.OfAsync(Follow, [Path.GetRelativePath(Repository.Root, document), "Numbers"], Token);

        run.ExitCode.ShouldBe(expected, run.Output + run.Error);
    }

    /// <summary>The directory config/, and one called deploy as a user's own: the shop, built by kustomize, its policies in a directory.</summary>
    private void CopyManifests()
    {
        Copy(Path.Join(Repository.Root, "config"), "config");
        Copy(Samples.Shop, "deploy");
        Directory.CreateDirectory(Path.Join(_directory.FullName, "deploy/policies"));
        File.Move(Path.Join(_directory.FullName, "deploy/policies.yaml"), Path.Join(_directory.FullName, "deploy/policies/policies.yaml"));
        File.Copy(Path.Join(Testdata, "kustomization.yaml"), Path.Join(_directory.FullName, "deploy/kustomization.yaml"));
    }

    private void Copy(string source, string target)
    {
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(_directory.FullName, target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
