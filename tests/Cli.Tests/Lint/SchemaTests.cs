using System.Xml;
using System.Xml.Schema;
using NJsonSchema;

namespace Palisade.Cli.Tests.Lint;

/// <summary>What programs read is valid by the schemas by which they read it.</summary>
public sealed class SchemaTests
{
    private const string Broken = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: [}\n";
    private const string Warned =
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {ingress: [{ports: [{port: 80}]}]}}";

    public static TheoryData<string, string[]> Inputs =>
        new()
        {
            { "", ["-f", "-"] },
            { Broken, ["-f", "-"] },
            { Warned, ["-f", "-"] },
            { Warned, ["-f", "-", "--fail-on", "warning"] },
            { "", ["-f", "/nowhere/at all"] },
            { "", ["-f", "tests/Testdata/cli/lint/policies.yaml", "-f", "tests/Testdata/cli/lint/list.json"] },
            { "", ["-f", "tests/Testdata/findings"] },
        };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Sarif_AnyInput_IsValidByTheSchema(string input, string[] arguments)
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Join(Golden.Folder, "lint/sarif-2.1.0.schema.json"),
            TestContext.Current.CancellationToken
        );

        var run = await CliRun.RunWithInputAsync(input, ["lint", .. arguments, "-o", "sarif"]);

        schema.Validate(run.Output).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task JUnit_AnyInput_IsValidByTheSchema(string input, string[] arguments)
    {
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema };
        settings.Schemas.Add(null, Path.Join(Golden.Folder, "lint/junit.xsd"));
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, problem) => throw problem.Exception;

        var run = await CliRun.RunWithInputAsync(input, ["lint", .. arguments, "-o", "junit"]);

        using var reader = XmlReader.Create(new StringReader(run.Output), settings);
        while (reader.Read()) { }
    }

    // A schema that takes anything would make the tests above say nothing.
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {}, "level": "bad"}]}]}""")]
    [InlineData("""{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "severity": "high"}]}""")]
    public async Task SarifSchema_WhatIsNone_IsRefused(string log)
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Join(Golden.Folder, "lint/sarif-2.1.0.schema.json"),
            TestContext.Current.CancellationToken
        );

        schema.Validate(log).ShouldNotBeEmpty();
    }
}
