using Palisade.Testing;

namespace Palisade.CrdGenerator.Tests;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void Write_Twice_GivesTheSameText()
    {
        foreach (var definition in Definitions.All)
        {
            CrdYaml.Write(definition).ShouldBe(CrdYaml.Write(definition));
        }
    }

    [Fact]
    public async Task CommittedFiles_AreFresh()
    {
        foreach (var definition in Definitions.All)
        {
            var path = Path.Combine(Repository.Root, "config/crd", definition.FileName);
            (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldBe(
                CrdYaml.Write(definition),
                "run make generate"
            );
        }

        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/crds.md"), TestContext.Current.CancellationToken);
        page.ShouldBe(ReferencePage.Write(Definitions.All), "run make generate");
    }
}
