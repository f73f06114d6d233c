using Palisade.Dataplane.Tests.Support;

namespace Palisade.Dataplane.Tests;

public sealed class FaultyPortTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("http")]
    public void Compile_EndPortWithoutANumberToBeginAt_AllowsNothingAndIsReported(string? port)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.2", "", new V1ContainerPort { Name = "http", ContainerPort = 80 })
            .Policy(
                "shop/db",
                spec => spec.Ingress = [new() { Ports = [new() { Port = port is null ? (IntOrString?)null : port, EndPort = 90 }] }]
            );

        var ruleset = PolicyCompiler.Compile(cluster.Build(), "node-a", DataplaneOptions.Default);

        ruleset.Problems.ShouldHaveSingleItem().Field.ShouldBe("spec.ingress[0].ports[0].endPort");
        ruleset.Classes.ShouldHaveSingleItem().Chains.ShouldBeEmpty();
    }
}
