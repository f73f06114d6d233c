using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace Palisade.Models.Tests;

public sealed class JsonTests
{
#pragma warning disable RS0030 // To compare ours with.
    private static readonly JsonSerializerOptions Package = new() { TypeInfoResolver = SourceGenerationContext.Default };
#pragma warning restore RS0030

    public static TheoryData<string> Texts => ["80", "-1", "080", "http", "", "\"80\"", "\"\"80\"", "\"", "\"http\""];

    [Theory]
    [InlineData("80", false)]
    [InlineData("\"80\"", true)]
    [InlineData("\"http\"", true)]
    public void IntOrString_KeepsNumberAndStringApart(string json, bool text)
    {
        var policy = JsonSerializer.Deserialize(
            $$$"""{"metadata":{"name":"a"},"spec":{"ingress":[{"ports":[{"port":{{{json}}}}]}]}}""",
            ModelsJson.Contract<V1NetworkPolicy>()
        )!;
        var port = policy.Spec.Ingress[0].Ports[0];

        port.Port.IsText.ShouldBe(text);
        JsonSerializer.Serialize(port, ModelsJson.Contract<V1NetworkPolicyPort>()).ShouldBe($$"""{"port":{{json}}}""");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void IntOrString_AnyString_StaysThatString(string text)
    {
        var json = JsonSerializer.Serialize(text, ModelsJson.Contract<string>());

        var value = JsonSerializer.Deserialize(json, ModelsJson.Contract<IntOrString>())!;

        (value.IsText, value.Text, value.Plain, value.Number).ShouldBe((true, text, text, 0));
        JsonSerializer.Serialize(value, ModelsJson.Contract<IntOrString>()).ShouldBe(json);
    }

    [Theory]
    [InlineData("80.5")]
    [InlineData("5000000000")]
    [InlineData("true")]
    public void IntOrString_NeitherWholeNumberNorString_IsRefused(string json) =>
        Should.Throw<JsonException>(() =>
            JsonSerializer.Deserialize($$"""{"port":{{json}}}""", ModelsJson.Contract<V1NetworkPolicyPort>())
        );

    [Theory]
    [InlineData("""{"podSelector":{}}""")]
    [InlineData("""{"namespaceSelector":{}}""")]
    [InlineData("""{"podSelector":{"matchLabels":{}},"namespaceSelector":{"matchExpressions":[]}}""")]
    [InlineData("""{"ipBlock":{"cidr":"10.0.0.0/8","except":[]}}""")]
    [InlineData("{}")]
    public void Peer_AbsentAndEmpty_StayApart(string json) => RoundTrip<V1NetworkPolicyPeer>(json).ShouldBe(json);

    [Fact]
    public void Lease_Times_AreWrittenWithSixDecimals()
    {
        const string Json = """{"spec":{"acquireTime":"2026-01-02T03:04:05.5+01:00","renewTime":"2026-01-02T02:04:05Z"}}""";

        var lease = RoundTrip<V1Lease>(Json);

        lease.ShouldContain("\"acquireTime\":\"2026-01-02T02:04:05.500000Z\"");
        lease.ShouldContain("\"renewTime\":\"2026-01-02T02:04:05.000000Z\"");
    }

    [Fact]
    public void Event_Time_IsWrittenWithSixDecimals()
    {
        var noon = new DateTime(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);
        var item = new Eventsv1Event { EventTime = noon };

        var json = JsonSerializer.Serialize(item, ModelsJson.Contract<Eventsv1Event>());

        json.ShouldContain("\"eventTime\":\"2026-01-02T12:00:00.000000Z\"");
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.25+01:00", "2026-01-02T02:04:05.25Z")]
    public void Time_AnyOffset_IsReadAsUtc(string read, string written) =>
        RoundTrip<V1Condition>($$"""{"lastTransitionTime":"{{read}}"}""").ShouldContain($"\"lastTransitionTime\":\"{written}\"");

    [Fact]
    public void NewObject_WithoutKind_IsWrittenWithIt() =>
        JsonSerializer
            .Serialize(new V1NetworkPolicy { Metadata = new() { Name = "a" } }, ModelsJson.Contract<V1NetworkPolicy>())
            .ShouldBe("""{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"a"}}""");

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":null}""")]
    [InlineData("""{"metadata":{"name":null}}""")]
    public void Object_WithoutNameOrMetadata_HasBothAndItsKind(string json)
    {
        var pod = JsonSerializer.Deserialize(json, ModelsJson.Contract<V1Pod>())!;

        (pod.ApiVersion, pod.Kind, pod.Metadata.Name).ShouldBe(("v1", "Pod", ""));
    }

    [Fact]
    public void Status_WithoutKind_HasNone() =>
        // A proxy's answer is told from the API server's by it.
        JsonSerializer.Deserialize("""{"message":"no"}""", ModelsJson.Contract<V1Status>())!.Kind.ShouldBeNull();

    [Fact]
    public void List_OfAnAnswer_HasItemsAndToken()
    {
        const string Json = """{"kind":"PodList","metadata":{"continue":"c","resourceVersion":"7"},"items":[{"metadata":{"name":"a"}}]}""";

        var list = JsonSerializer.Deserialize(Json, ModelsJson.ListContract<V1Pod>())!;

        (list.Metadata.ContinueProperty, list.Metadata.ResourceVersion).ShouldBe(("c", "7"));
        list.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
        JsonSerializer.Deserialize("""{"metadata":null,"items":null}""", ModelsJson.ListContract<PodHealth>())!.Items.ShouldBeEmpty();
    }

    [Fact]
    public void Pod_WithFieldsThatNothingReads_LosesThem()
    {
        const string Json = """
            {"spec":{"nodeName":"n","volumes":[{"name":"v"}],"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}]},"status":{"phase":"Running","conditions":[]}}
            """;

        var pod = JsonSerializer.Deserialize(Json, ModelsJson.Contract<V1Pod>())!;

        (pod.Spec.NodeName, pod.Spec.Volumes, pod.Status.Conditions).ShouldBe(("n", null, null));
        pod.Spec.Containers.ShouldHaveSingleItem().Image.ShouldBeNull();
    }

    /// <summary>Kinds of which every field is read, as k8s.Models has it; metadata aside, of which the API server keeps what is not written.</summary>
    [Fact]
    public void IsWhole_KindsThatAreReadInPart_AreNot()
    {
        Type[] kinds =
        [
            typeof(V1NetworkPolicy),
            typeof(V1Lease),
            typeof(V1Secret),
            typeof(Eventsv1Event),
            typeof(V1Namespace),
            typeof(V1Node),
            typeof(V1Pod),
            typeof(V1Service),
            typeof(V1Endpoints),
            typeof(V1DaemonSet),
            typeof(V1ValidatingWebhookConfiguration),
        ];

        foreach (var kind in kinds)
        {
            ModelContracts.IsWhole(kind).ShouldBe(HasEveryField(kind, []), kind.Name);
        }
    }

    [Fact]
    public void ClusterNetworkPolicy_AllKindsOfPeers_SurviveARoundTrip()
    {
        const string Json = """
            {"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","metadata":{"name":"a"},"spec":{"namespaceSelector":{},"policyTypes":["Ingress"],"ingress":[{"from":[{"tenant":{"labels":["team"]}},{"nodes":{"matchLabels":{"role":"edge"}}},{"entity":"KubeAPIServer"}],"ports":[{"protocol":"TCP","port":9090}]}],"egress":[]}}
            """;

        RoundTrip<ClusterNetworkPolicy>(Json).ShouldBe(Json.Trim());
    }

    private static string RoundTrip<T>(string json) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ModelsJson.Contract<T>())!, ModelsJson.Contract<T>());

    private static bool HasEveryField(Type type, HashSet<Type> seen)
    {
        if (type == typeof(V1ObjectMeta) || !seen.Add(type))
        {
            return true;
        }

        var (ours, theirs) = (ModelsJson.Options.GetTypeInfo(type), Package.GetTypeInfo(type));
        return ours.Kind switch
        {
            JsonTypeInfoKind.Object => ours.Properties.Count == theirs.Properties.Count
                && ours.Properties.All(property => HasEveryField(property.PropertyType, seen)),
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => HasEveryField(ours.ElementType!, seen),
            _ => true,
        };
    }
}
