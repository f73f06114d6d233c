using System.Text.Json.Nodes;

namespace Palisade.Webhook.Tests.Admission;

/// <summary>The API server drops unknown fields; what kubectl keeps of them tells of a misspelt except.</summary>
public sealed class LastAppliedTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    private const string Pruned = """{"namespaceSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}""";

    private const string Typo =
        """{"namespaceSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","expect":["10.1.0.0/16"]}}]}]}""";

    private const string Other = """{"namespaceSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/9"}}]}]}""";

    [Fact]
    public async Task Create_MisspeltField_IsDeniedWithASuggestion()
    {
        var response = await webhook.ReviewAsync(Reviews.Create(Applied(Pruned, Typo)));

        response.Allowed.ShouldBeFalse();
        var cause = response.Status!.Details!.Causes!.ShouldHaveSingleItem();
        cause.Field.ShouldBe("spec.ingress[0].from[0].ipBlock.expect");
        cause.Message.ShouldNotBeNull().ShouldContain("did you mean \"except\"?");
    }

    [Fact]
    public async Task Create_MisspeltFieldInNetworkPolicy_IsAWarning()
    {
        const string spec = """{"podSelector":{},"ingress":[{"from":[{"podSelector":{}}]}]}""";
        var applied = spec.Replace("\"from\"", "\"form\"", StringComparison.Ordinal);

        var response = await webhook.ReviewAsync(Reviews.Create(Applied(spec, applied, Reviews.NetworkPolicy)));

        response.Allowed.ShouldBeTrue();
        response.Warnings.ShouldNotBeNull().ShouldContain(warning => warning.Contains("did you mean \"from\"?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Reviews.ClusterNetworkPolicy)]
    [InlineData(Reviews.DefaultDenyProfile)]
    [InlineData(Reviews.NetworkPolicy)]
    public async Task Create_AppliedAsTheApiServerPrintedIt_IsAllowedWithoutAWord(string kind)
    {
        var spec = kind == Reviews.NetworkPolicy ? """{"podSelector":{}}""" : """{"namespaceSelector":{}}""";

        var response = await webhook.ReviewAsync(Reviews.Create(Exported(spec, spec, kind)));

        response.Allowed.ShouldBeTrue();
        (response.Warnings ?? []).ShouldNotContain(warning => warning.Contains("metadata", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_AppliedAsTheApiServerPrintedItWithATypo_TellsOfTheTypoOnly()
    {
        var response = await webhook.ReviewAsync(Reviews.Create(Exported(Pruned, Typo, Reviews.ClusterNetworkPolicy)));

        response.Status!.Details!.Causes!.ShouldHaveSingleItem().Field.ShouldBe("spec.ingress[0].from[0].ipBlock.expect");
    }

    [Fact]
    public async Task Create_FieldOfOtherTypeBesideServerMetadata_TellsOfTheFieldOnly()
    {
        var entity = Applied("""{"namespaceSelector":{},"allowOptOut":"yes"}""", Pruned);
        AddServerMetadata(entity);

        var response = await webhook.ReviewAsync(Reviews.Create(entity));

        response.Status!.Details!.Causes!.ShouldHaveSingleItem().Field.ShouldBe("spec.allowOptOut");
    }

    [Fact]
    public async Task Update_AnnotationStays_IsNotTheFaultOfWhoEditsNow()
    {
        var response = await webhook.ReviewAsync(Reviews.Update(Applied(Pruned, Typo), Applied(Other, Typo)));

        response.Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Update_AppliedWithATypoAndNothingElseChanged_IsAWarning()
    {
        var response = await webhook.ReviewAsync(Reviews.Update(Applied(Pruned, Pruned), Applied(Pruned, Typo)));

        response.Allowed.ShouldBeTrue();
        response.Warnings.ShouldNotBeNull().ShouldHaveSingleItem().ShouldContain("did you mean \"except\"?");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","spec":"\ud800"}""")]
    [InlineData("""{"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","\ud800":{}}""")]
    public async Task Create_AnnotationIsNoManifest_IsAllowed(string annotation)
    {
        var entity = Applied(Pruned, Pruned);
        entity["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = annotation;

        (await webhook.ReviewAsync(Reviews.Create(entity))).Allowed.ShouldBeTrue();
    }

    private static JsonObject Exported(string spec, string applied, string kind)
    {
        var annotation = Reviews.Entity(kind, applied);
        AddServerMetadata(annotation);
        var entity = Applied(spec, applied, kind);
        entity["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"] = annotation.ToJsonString();
        return entity;
    }

    private static void AddServerMetadata(JsonObject entity)
    {
        entity["metadata"]!["creationTimestamp"] = "2024-03-09T07:15:00Z";
        entity["metadata"]!["generation"] = 3_000_000_000;
        entity["metadata"]!["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "kubectl", ["time"] = "2024-03-09T07:15:00Z" });
    }

    private static JsonObject Applied(string spec, string applied, string kind = Reviews.ClusterNetworkPolicy)
    {
        var entity = Reviews.Entity(kind, spec);
        entity["metadata"]!["annotations"] = new JsonObject
        {
            ["kubectl.kubernetes.io/last-applied-configuration"] = Reviews.Entity(kind, applied).ToJsonString(),
        };
        return entity;
    }
}
