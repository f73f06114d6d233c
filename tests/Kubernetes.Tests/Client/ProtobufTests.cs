using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Tests.Client;

/// <summary>NetworkPolicies come in Protocol Buffers. Whatever way they come, they must mean the same.</summary>
public sealed class ProtobufTests(ApiServerFixture server)
{
    private const string MediaType = "application/vnd.kubernetes.protobuf";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{podSelector: {}}")]
    [InlineData("{podSelector: {}, policyTypes: [Egress, Ingress]}")]
    [InlineData("{podSelector: {matchLabels: {}}, ingress: []}")]
    [InlineData("{podSelector: {}, ingress: [{}], egress: [{}]}")]
    [InlineData("{podSelector: {}, ingress: [{from: [], ports: []}], policyTypes: [Ingress]}")]
    [InlineData("{podSelector: {matchLabels: {app: web, tier: ''}}, ingress: [{from: [{podSelector: {}}]}]}")]
    [InlineData(
        "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}, {podSelector: {}, namespaceSelector: {matchLabels: {a: b}}}]}]}"
    )]
    [InlineData("{podSelector: {matchExpressions: [{key: a, operator: In, values: [x, z, '']}, {key: b, operator: Exists}]}}")]
    [InlineData("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}}]}]}")]
    [InlineData("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: '2001:db8::/32'}}]}]}")]
    [InlineData("{podSelector: {}, ingress: [{ports: [{port: 80}, {protocol: UDP, port: dns}, {protocol: SCTP}, {port: 65535}]}]}")]
    public async Task GetAndWatch_AnySpec_AreWhatTheApiServerSaysInJson(string spec)
    {
        var created = await CreateAsync(spec);
        var json = await server.KubectlAsync(["get", "--raw", Path(created)], Token);
        var expected = Text(JsonSerializer.Deserialize(json, ModelsJsonContext.Default.V1NetworkPolicy)!);

        var read = await server.Client.GetAsync<V1NetworkPolicy>("p", created.Metadata.NamespaceProperty, Token);
        var seen = await FirstEventAsync(created.Metadata.NamespaceProperty!);

        Text(read!).ShouldBe(expected);
        seen.Type.ShouldBe("ADDED");
        Text(seen.Object!).ShouldBe(expected);
    }

    [Fact]
    public async Task GetAsync_AnyMetadata_IsWhatTheApiServerSaysInJson()
    {
        var created = await CreateAsync("{podSelector: {}}");
        created.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "" };
        created.Metadata.Annotations = new Dictionary<string, string> { ["note"] = "Grüße, 世界\n" };
        created.Metadata.Finalizers = ["example.com/one", "example.com/two"];
        created.Metadata.OwnerReferences =
        [
            new()
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Name = "one",
                Uid = "u-1",
            },
            new()
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Name = "two",
                Uid = "u-2",
                Controller = true,
                BlockOwnerDeletion = false,
            },
        ];
        var updated = await server.Client.UpdateAsync(created, Token);
        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.Of(created), null, Token); // Its finalizers keep it.
        var json = await server.KubectlAsync(["get", "--raw", Path(created)], Token);
        var expected = JsonSerializer.Deserialize(json, ModelsJsonContext.Default.V1NetworkPolicy)!;

        var read = await server.Client.GetAsync<V1NetworkPolicy>("p", created.Metadata.NamespaceProperty, Token);

        Text(read!).ShouldBe(Text(expected));
        read!.Metadata.DeletionTimestamp.ShouldNotBeNull();
        read.Metadata.ManagedFields.ShouldNotBeEmpty();
        updated.Metadata.Annotations!["note"].ShouldBe("Grüße, 世界\n");
        updated.Metadata.Finalizers = null;
        updated.Metadata.ResourceVersion = null;
        await server.Client.UpdateAsync(updated, Token);
    }

    [Fact]
    public async Task WatchAsync_ErrorEvent_IsAFailureWithItsStatus()
    {
        byte[] status = [.. Field(3, "too old"u8.ToArray()), .. Field(4, "Expired"u8.ToArray()), 0x30, 0x9a, 0x03];

        var failure = await Should.ThrowAsync<KubernetesException>(() => WatchAsync([Event("ERROR", Wrapped("Status", status))]));

        failure.IsExpired.ShouldBeTrue();
        failure.Message.ShouldBe("too old");
        failure.Status.Code.ShouldBe(410);
    }

    [Fact]
    public async Task WatchAsync_EventInPieces_IsReadAsOne()
    {
        var bytes = Event("ADDED", Wrapped("NetworkPolicy", Named("a")));

        var changes = await WatchAsync([.. bytes.Chunk(3)]);

        changes.ShouldHaveSingleItem().Object!.Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public async Task WatchAsync_EndedCleanlyInTheMiddleOfAnEvent_Fails()
    {
        var bytes = Event("DELETED", Wrapped("NetworkPolicy", Named("a")));

        var failure = await Should.ThrowAsync<KubernetesException>(() => WatchAsync([bytes[..^1]]));

        failure.Message.ShouldBe("the watch was cut in the middle of an event");
    }

    public static TheoryData<byte[]> NoEvents =>
        [
            Field(1, "ADDED"u8.ToArray()),
            Field(1, "ADDED"u8.ToArray())[..^1],
            "nonsense"u8.ToArray(),
            EventBody("ADDED", Wrapped("NetworkPolicy", [0x0a, 0x05, 0x01])),
            EventBody("ADDED", Wrapped("NetworkPolicy", [0x08, 0x05])),
            EventBody("ADDED", Wrapped("NetworkPolicy", [0x0f, 0x05])),
            EventBody("ADDED", Wrapped("NetworkPolicy", [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])),
            EventBody("ADDED", Wrapped("Pod", Named("a"))),
            EventBody("ADDED", Wrapped("NetworkPolicy", Named("a"))[1..]),
            EventBody("ADDED", [.. "{\"kind\":\"NetworkPolicy\"}"u8]),
        ];

    [Theory]
    [MemberData(nameof(NoEvents))]
    public async Task WatchAsync_BytesThatAreNoEvent_AreMalformed(byte[] body)
    {
        var failure = await Should.ThrowAsync<KubernetesException>(() => WatchAsync([Framed(body)]));

        failure.Reason.ShouldBe(StatusReasons.MalformedAnswer);
    }

    [Fact]
    public async Task WatchAsync_EndPort_IsRead()
    {
        // By hand: the API server of the tests may be older than the field.
        byte[] port = [.. Field(2, [0x08, 0x00, 0x10, 80]), 0x18, 90];
        byte[] spec = [.. Field(1, []), .. Field(2, Field(1, port))];

        var changes = await WatchAsync([Event("ADDED", Wrapped("NetworkPolicy", [.. Named("a"), .. Field(2, spec)]))]);

        var read = changes.ShouldHaveSingleItem().Object!.Spec!.Ingress!.Single().Ports!.Single();
        read.Port.ShouldBe(80);
        read.EndPort.ShouldBe(90);
    }

    [Fact]
    public async Task WatchAsync_FieldsOfANewerApiServer_ArePassedOver()
    {
        byte[] unknown = [.. Field(99, "new"u8.ToArray()), 0xa0, 0x06, 0x07, 0xa5, 0x06, 1, 2, 3, 4, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8];

        var changes = await WatchAsync([Event("ADDED", Wrapped("NetworkPolicy", [.. unknown, .. Named("a"), .. unknown]))]);

        changes.ShouldHaveSingleItem().Object!.Metadata.Name.ShouldBe("a");
    }

    private static string Path(V1NetworkPolicy policy) =>
        $"/apis/networking.k8s.io/v1/namespaces/{policy.Metadata.NamespaceProperty}/networkpolicies/{policy.Metadata.Name}";

    private static string Text(V1NetworkPolicy policy) => JsonSerializer.Serialize(policy, ModelsJsonContext.Default.V1NetworkPolicy);

    private async Task<V1NetworkPolicy> CreateAsync(string spec)
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        var path = System.IO.Path.Combine(server.Directory, $"{inNamespace}.yaml");
        var yaml = $$"""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: p, namespace: {{inNamespace}}}
            spec: {{spec}}
            """;
        await File.WriteAllTextAsync(path, yaml, Token);
        var json = await server.KubectlAsync(["create", "-o", "json", "-f", path], Token);
        return JsonSerializer.Deserialize(json, ModelsJsonContext.Default.V1NetworkPolicy)!;
    }

    private async Task<WatchEvent<V1NetworkPolicy>> FirstEventAsync(string inNamespace)
    {
        var options = new WatchOptions { ResourceVersion = "0" };
        await foreach (var change in server.Client.WatchAsync<V1NetworkPolicy>(new() { Namespace = inNamespace }, options, Token))
        {
            return change;
        }

        throw new InvalidOperationException("the watch ended");
    }

    private static async Task<List<WatchEvent<V1NetworkPolicy>>> WatchAsync(byte[][] chunks)
    {
        await using var faulty = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync($"{MediaType};stream=watch");
            foreach (var chunk in chunks)
            {
                await exchange.ChunkAsync(chunk);
            }

            await exchange.EndAsync();
        });
        using var client = new KubernetesClient(faulty.Options);
        var changes = new List<WatchEvent<V1NetworkPolicy>>();
        await foreach (var change in client.WatchAsync<V1NetworkPolicy>(ListOptions.All, new WatchOptions { ResourceVersion = "1" }, Token))
        {
            changes.Add(change);
        }

        faulty.Exchanges[0].Headers["Accept"].ShouldStartWith(MediaType);
        return changes;
    }

    // What the API server writes, by hand: a field of bytes is its tag, its length and the bytes.
    private static byte[] Field(int number, byte[] value)
    {
        var bytes = new List<byte>();
        foreach (var part in new[] { (number << 3) | 2, value.Length })
        {
            var rest = part;
            while (rest >= 0x80)
            {
                bytes.Add((byte)(rest | 0x80));
                rest >>= 7;
            }

            bytes.Add((byte)rest);
        }

        return [.. bytes, .. value];
    }

    private static byte[] Named(string name) => Field(1, Field(1, Encoding.UTF8.GetBytes(name)));

    private static byte[] Wrapped(string kind, byte[] content) =>
        [.. "k8s\0"u8, .. Field(1, Field(2, Encoding.UTF8.GetBytes(kind))), .. Field(2, content)];

    private static byte[] EventBody(string type, byte[] wrapped) =>
        [.. Field(1, Encoding.UTF8.GetBytes(type)), .. Field(2, Field(1, wrapped))];

    private static byte[] Event(string type, byte[] wrapped) => Framed(EventBody(type, wrapped));

    private static byte[] Framed(byte[] body)
    {
        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)body.Length);
        return [.. length, .. body];
    }
}
