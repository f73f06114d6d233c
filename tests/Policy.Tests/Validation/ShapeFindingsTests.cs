using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Policy.Shapes;
using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

/// <summary>Documents as the API server prints them, with all that it adds.</summary>
public sealed class ShapeFindingsTests
{
    private const string Metadata = """
        {
          "name": "db",
          "uid": "6f3c1f0e-7a52-4a1c-9a43-0e8f5b3f2f11",
          "resourceVersion": "918273645546",
          "generation": 3000000000,
          "creationTimestamp": "2024-03-09T07:15:00Z",
          "deletionTimestamp": "2024-03-09T09:15:00+02:00",
          "deletionGracePeriodSeconds": 0,
          "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "b", "controller": true}],
          "managedFields": [
            {"manager": "kubectl", "operation": "Apply", "time": "2024-03-09T07:15:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}}
          ]
        }
        """;

    private const string Status = """
        {
          "observedGeneration": 3000000000,
          "conditions": [
            {"type": "Ready", "status": "True", "reason": "Applied", "message": "",
             "observedGeneration": 3000000000, "lastTransitionTime": "2024-03-09T07:15:00Z"}
          ]
        }
        """;

    public static TheoryData<string, string> Kinds =>
        new()
        {
            { "palisade.dev/v1alpha1", "ClusterNetworkPolicy" },
            { "palisade.dev/v1alpha1", "DefaultDenyProfile" },
            { "networking.k8s.io/v1", "NetworkPolicy" },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Find_WhatTheApiServerAdds_IsNoFinding(string apiVersion, string kind)
    {
        var document = Document(apiVersion, kind);
        if (kind != "NetworkPolicy")
        {
            document["status"] = JsonNode.Parse(Status);
        }

        ShapeFindings.Find(JsonSerializer.SerializeToElement(document)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("creationTimestamp", "\"2024-03-09\"", "must be a time, such as \"2026-01-31T12:00:00Z\"")]
    [InlineData("creationTimestamp", "1709968500", "must be a time, such as \"2026-01-31T12:00:00Z\"")]
    [InlineData("generation", "\"3\"", "must be a whole number, without quotes")]
    [InlineData("generation", "9223372036854775808", "is out of range: must be from -9223372036854775808 to 9223372036854775807")]
    public void Find_ValueThatTheApiServerRefuses_IsAFinding(string field, string json, string reason)
    {
        var document = Document("palisade.dev/v1alpha1", "ClusterNetworkPolicy");
        document["metadata"]![field] = JsonNode.Parse(json);

        var finding = ShapeFindings.Find(JsonSerializer.SerializeToElement(document)).ShouldHaveSingleItem();

        finding.Code.ShouldBe(FindingCodes.FieldOfOtherType);
        finding.Field.ShouldBe($"metadata.{field}");
        finding.Message.ShouldBe(reason);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Types_OfEveryField_AreChecked(string apiVersion, string kind)
    {
        var document = JsonSerializer.SerializeToElement(Document(apiVersion, kind));
        var shapes = new List<Shape>();
        Collect(Shape.For(ShapeFindings.ModelOf(document)!), shapes);

        shapes.Where(shape => !shape.IsKnown).Select(shape => shape.Type).ShouldBeEmpty();
    }

    private static JsonObject Document(string apiVersion, string kind) =>
        new()
        {
            ["apiVersion"] = apiVersion,
            ["kind"] = kind,
            ["metadata"] = JsonNode.Parse(Metadata),
            ["spec"] = new JsonObject { [kind == "NetworkPolicy" ? "podSelector" : "namespaceSelector"] = new JsonObject() },
        };

    private static void Collect(Shape shape, List<Shape> shapes)
    {
        shapes.Add(shape);
        foreach (var below in shape.Fields.Select(field => field.Shape).Append(shape.Element).OfType<Shape>())
        {
            Collect(below, shapes);
        }
    }
}
