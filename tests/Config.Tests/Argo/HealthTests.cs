using System.Text.Json.Nodes;
using Palisade.Config.Tests.Kustomize;
using Palisade.Testing;
using YamlDotNet.RepresentationModel;

namespace Palisade.Config.Tests.Argo;

/// <summary>Runs the health script in Lua 5.1, the language of Argo CD's interpreter, as Argo CD does: the object is <c>obj</c>.</summary>
public sealed class HealthTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "config/argocd");

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var test in ReadYaml("health_test.yaml")["tests"]!.AsArray())
            {
                var expected = test!["healthStatus"]!;
                cases.Add(
                    test["inputPath"]!.GetValue<string>(),
                    expected["status"]!.GetValue<string>(),
                    expected["message"]!.GetValue<string>()
                );
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Health_OfTestData_IsAsDeclared(string input, string status, string message)
    {
        var program = $"""
            obj = {LuaTable.Of(ReadYaml(input))}
            local health = assert(loadfile("{Folder}/health.lua"))()
            print(health.status)
            print(health.message)
            """;

        var result = await CommandResult.OfAsync("lua5.1", ["-e", program], TestContext.Current.CancellationToken);

        result.Error.ShouldBeEmpty();
        result.Output.ShouldBe($"{status}\n{message}\n");
    }

    [Theory]
    [InlineData("ClusterNetworkPolicy")]
    [InlineData("DefaultDenyProfile")]
    public void ConfigMap_ForEachKind_HoldsTheScript(string kind)
    {
        var script = ReadYaml("argocd-cm.yaml")["data"]![$"resource.customizations.health.palisade.dev_{kind}"]!.GetValue<string>();

        script.ShouldBe(File.ReadAllText(Path.Combine(Folder, "health.lua")));
    }

    private static JsonObject ReadYaml(string file)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, file))));
        return (JsonObject)YamlObject.Convert(stream.Documents[0].RootNode)!;
    }
}
