using System.Net;
using System.Text.Json.Nodes;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Tests.Client;

public sealed class KubernetesClientTests(ApiServerFixture server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetVersionAsync_OfAnApiServer_IsWhatKubectlSays()
    {
        var said = JsonNode.Parse(await server.KubectlAsync(["get", "--raw", "/version"], Token))!;

        var version = await server.Client.GetVersionAsync(Token);

        version.ToString().ShouldBe($"{said["major"]}.{said["minor"]}");
    }

    [Fact]
    public async Task IsServedAsync_KindsOfTheApiServer_AreServed()
    {
        (await server.Client.IsServedAsync<V1NetworkPolicy>(Token)).ShouldBeTrue();
        (await server.Client.IsServedAsync<V1Namespace>(Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_NoSuchObject_IsNull() => (await server.Client.GetAsync<V1Namespace>("absent", null, Token)).ShouldBeNull();

    [Fact]
    public async Task GetAsync_EmptyName_IsRefusedBeforeItIsSent() =>
        await Should.ThrowAsync<ArgumentException>(() => server.Client.GetAsync<V1Namespace>("", null, Token));

    [Fact]
    public async Task GetAsync_AfterTheClientWasDisposed_SaysSo()
    {
        var client = new KubernetesClient(server.ClientOptions);
        client.Dispose();

        await Should.ThrowAsync<ObjectDisposedException>(() => client.GetAsync<V1Namespace>("default", null, Token));
    }

    [Fact]
    public async Task CreateAsync_ExistingName_IsAlreadyExistsWithTheServersStatus()
    {
        var failure = await Should.ThrowAsync<KubernetesException>(() =>
            server.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = "default" } }, Token)
        );

        failure.IsAlreadyExists.ShouldBeTrue();
        failure.IsConflict.ShouldBeFalse();
        failure.IsTransient.ShouldBeFalse();
        failure.Code.ShouldBe(HttpStatusCode.Conflict);
        failure.Status.Details!.Kind.ShouldBe("namespaces");
        failure.Message.ShouldBe("namespaces \"default\" already exists");
    }

    [Fact]
    public async Task CreateAsync_InvalidObject_CarriesEveryCauseWithItsField()
    {
        var policy = Policy(await NamespaceAsync(), "bad");
        policy.Spec!.Ingress =
        [
            new V1NetworkPolicyIngressRule
            {
                FromProperty =
                [
                    new V1NetworkPolicyPeer { IpBlock = new V1IPBlock { Cidr = "10.0.0.0/33" } },
                    new V1NetworkPolicyPeer
                    {
                        IpBlock = new V1IPBlock { Cidr = "10.0.0.0/8", Except = ["11.0.0.0/16"] },
                    },
                ],
            },
        ];

        var failure = await Should.ThrowAsync<KubernetesException>(() => server.Client.CreateAsync(policy, Token));

        failure.Reason.ShouldBe(StatusReasons.Invalid);
        failure
            .Causes.Select(cause => cause.Field)
            .ShouldBe(["spec.ingress[0].from[0].ipBlock.cidr", "spec.ingress[0].from[1].ipBlock.except[0]"]);
    }

    [Fact]
    public async Task UpdateAsync_StaleVersion_IsAConflict()
    {
        var first = await server.Client.CreateAsync(Policy(await NamespaceAsync(), "p"), Token);
        first.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1" };
        await server.Client.UpdateAsync(first, Token);
        first.Metadata.Labels["a"] = "2";

        var failure = await Should.ThrowAsync<KubernetesException>(() => server.Client.UpdateAsync(first, Token));

        failure.IsConflict.ShouldBeTrue();
    }

    [Fact]
    public async Task UpdateStatusAsync_ChangedSpec_ChangesTheStatusAlone()
    {
        await server.InstallDefinitionsAsync(Token);
        var profile = await server.Client.CreateAsync(
            new DefaultDenyProfile
            {
                Metadata = new() { Name = "status" },
                Spec = new() { NamespaceSelector = new() },
            },
            Token
        );
        profile.Spec.Enforcement = "Audit";
        profile.Status = new() { Namespaces = new() { Matched = 7 } };

        await server.Client.UpdateStatusAsync(profile, Token);

        var after = await server.Client.GetAsync<DefaultDenyProfile>("status", null, Token);
        after!.Status!.Namespaces!.Matched.ShouldBe(7);
        after.Spec.Enforcement.ShouldBeNull();
    }

    [Fact]
    public async Task UpdateAsync_KindThatIsReadInPart_IsRefused()
    {
        var read = await server.CreateNamespaceAsync(new Dictionary<string, string> { ["a"] = "1" }, Token);

        (await Should.ThrowAsync<NotSupportedException>(() => server.Client.UpdateAsync(read, Token))).Message.ShouldContain(
            "Namespace is read in part"
        );
        await Should.ThrowAsync<NotSupportedException>(() => server.Client.UpdateStatusAsync(read, Token));
    }

    [Fact]
    public async Task PatchAsync_MergeWithNull_RemovesTheField()
    {
        var created = await server.CreateNamespaceAsync(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, Token);
        var change = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["a"] = null } } };

        var after = await server.Client.PatchAsync<V1Namespace>(NamespacedName.From(created), Patch.Merge(change), null, Token);

        after.Metadata.Labels!.ShouldNotContainKey("a");
        after.Metadata.Labels!.ShouldContainKeyAndValue("b", "2");
    }

    [Fact]
    public async Task PatchAsync_JsonPatchWhoseTestFails_IsRefused()
    {
        var created = await server.CreateNamespaceAsync(new Dictionary<string, string> { ["a"] = "1" }, Token);
        var operations = new JsonArray(
            new JsonObject
            {
                ["op"] = "test",
                ["path"] = "/metadata/labels/a",
                ["value"] = "2",
            },
            new JsonObject { ["op"] = "remove", ["path"] = "/metadata/labels/a" }
        );

        await Should.ThrowAsync<KubernetesException>(() =>
            server.Client.PatchAsync<V1Namespace>(NamespacedName.From(created), Patch.Json(operations), null, Token)
        );
    }

    [Fact]
    public async Task ApplyAsync_FieldNoLongerGiven_IsRemovedAndOthersFieldsStay()
    {
        var key = new NamespacedName(await NamespaceAsync(), "applied");
        var applied = Policy(key.Namespace!, key.Name);
        applied.Metadata.Labels = new Dictionary<string, string> { ["ours"] = "1", ["gone"] = "1" };
        await server.Client.ApplyAsync(applied, new ApplyOptions("first"), Token);
        var theirs = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["theirs"] = "1" } } };
        await server.Client.PatchAsync<V1NetworkPolicy>(key, Patch.Merge(theirs), null, Token);

        applied.Metadata.Labels.Remove("gone");
        var after = await server.Client.ApplyAsync(applied, new ApplyOptions("first"), Token);

        after.Metadata.Labels!.Keys.Order(StringComparer.Ordinal).ShouldBe(["ours", "theirs"]);
    }

    [Fact]
    public async Task ApplyAsync_FieldOfAnotherManagerWithoutForce_IsAConflictThatNamesIt()
    {
        var policy = Policy(await NamespaceAsync(), "contested");
        policy.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1" };
        await server.Client.ApplyAsync(policy, new ApplyOptions("first"), Token);
        policy.Metadata.Labels["a"] = "2";

        var failure = await Should.ThrowAsync<KubernetesException>(() =>
            server.Client.ApplyAsync(policy, new ApplyOptions("second") { Force = false }, Token)
        );

        failure.IsConflict.ShouldBeTrue();
        failure.Causes.Single().Field.ShouldBe(".metadata.labels.a");
        failure.Message.ShouldContain("first");
    }

    [Fact]
    public async Task ApplyAsync_DryRun_WritesNothing()
    {
        var policy = Policy(await NamespaceAsync(), "dry");

        var result = await server.Client.ApplyAsync(policy, new ApplyOptions("first") { DryRun = true }, Token);

        result.Metadata.Uid.ShouldNotBeNull();
        (await server.Client.GetAsync<V1NetworkPolicy>("dry", policy.Metadata.NamespaceProperty, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task DeleteAsync_OtherUid_IsAConflictAndDeletesNothing()
    {
        var created = await server.Client.CreateAsync(Policy(await NamespaceAsync(), "kept"), Token);
        var options = new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = "00000000-0000-0000-0000-000000000000" } };

        var failure = await Should.ThrowAsync<KubernetesException>(() =>
            server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(created), options, Token)
        );

        failure.IsConflict.ShouldBeTrue();
        (await server.Client.GetAsync<V1NetworkPolicy>("kept", created.Metadata.NamespaceProperty, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task DeleteAsync_Twice_SaysThatTheSecondFoundNothing()
    {
        var key = NamespacedName.From(await server.Client.CreateAsync(Policy(await NamespaceAsync(), "twice"), Token));

        (await server.Client.DeleteAsync<V1NetworkPolicy>(key, null, Token)).ShouldBeTrue();
        (await server.Client.DeleteAsync<V1NetworkPolicy>(key, null, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task ListAsync_SeveralPages_HasEveryObjectOnce()
    {
        var inNamespace = await NamespaceAsync();
        var names = Enumerable.Range(0, 7).Select(number => $"p{number}").ToList();
        foreach (var name in names)
        {
            await server.Client.CreateAsync(Policy(inNamespace, name), Token);
        }

        var list = await server.Client.ListAsync<V1NetworkPolicy>(new ListOptions { Namespace = inNamespace, PageSize = 3 }, Token);

        list.Items.Select(item => item.Metadata.Name).ShouldBe(names);
        list.Items.ShouldAllBe(item => item.Kind == "NetworkPolicy" && item.ApiVersion == "networking.k8s.io/v1");
        list.Metadata.ResourceVersion.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task ListAsync_Selectors_FilterOnTheServer()
    {
        var marked = await server.CreateNamespaceAsync(new Dictionary<string, string> { ["list-test"] = "a.b" }, Token);
        await server.CreateNamespaceAsync(new Dictionary<string, string> { ["list-test"] = "other" }, Token);

        var byLabel = await server.Client.ListAsync<V1Namespace>(new ListOptions { LabelSelector = "list-test in (a.b)" }, Token);
        var byField = await server.Client.ListAsync<V1Namespace>(
            new ListOptions { FieldSelector = $"metadata.name={marked.Metadata.Name}" },
            Token
        );

        byLabel.Items.Single().Metadata.Name.ShouldBe(marked.Metadata.Name);
        byField.Items.Single().Metadata.Name.ShouldBe(marked.Metadata.Name);
    }

    [Fact]
    public async Task WatchAsync_FromAList_SeesWhatComesChangesAndGoes()
    {
        var inNamespace = await NamespaceAsync();
        var options = new ListOptions { Namespace = inNamespace };
        var version = (await server.Client.ListAsync<V1NetworkPolicy>(options, Token)).Metadata.ResourceVersion!;
        var created = await server.Client.CreateAsync(Policy(inNamespace, "w"), Token);
        created.Metadata.Labels = new Dictionary<string, string> { ["a"] = "1" };
        await server.Client.UpdateAsync(created, Token);
        await server.Client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(created), null, Token);

        var types = new List<string>();
        await foreach (
            var change in server.Client.WatchAsync<V1NetworkPolicy>(options, new WatchOptions { ResourceVersion = version }, Token)
        )
        {
            types.Add(change.Type);
            change.Object!.Metadata.Name.ShouldBe("w");
            if (change.Type == "DELETED")
            {
                break;
            }
        }

        types.ShouldBe(["ADDED", "MODIFIED", "DELETED"]);
    }

    [Fact]
    public async Task WatchAsync_TimeLimit_EndsWithoutAFailure()
    {
        var version = (await server.Client.ListAsync<V1Node>(null, Token)).Metadata.ResourceVersion!;
        var options = new WatchOptions { ResourceVersion = version, Timeout = TimeSpan.FromSeconds(1) };

        await foreach (var _ in server.Client.WatchAsync<V1Node>(new ListOptions { LabelSelector = "never" }, options, Token))
        {
            // Bookmarks at most.
        }
    }

    [Fact]
    public async Task AnyRequest_WrongToken_IsUnauthorized()
    {
        using var client = new KubernetesClient(server.ClientOptions with { Token = "wrong" });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.ListAsync<V1Namespace>(null, Token));

        failure.Code.ShouldBe(HttpStatusCode.Unauthorized);
        failure.Reason.ShouldBe(StatusReasons.Unauthorized);
    }

    [Fact]
    public async Task AnyRequest_Impersonation_IsMadeAsTheOtherUser()
    {
        using var client = new KubernetesClient(server.ClientOptions with { ImpersonateUser = "eve", ImpersonateGroup = "nobody" });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.ListAsync<V1Namespace>(null, Token));

        failure.Reason.ShouldBe(StatusReasons.Forbidden);
        failure.Message.ShouldContain("\"eve\"");
    }

    [Fact]
    public async Task AnyRequest_ImpersonatedGroup_HasItsRights()
    {
        using var client = new KubernetesClient(server.ClientOptions with { ImpersonateUser = "eve", ImpersonateGroup = "system:masters" });

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();
    }

    private async Task<string> NamespaceAsync() => (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;

    private static V1NetworkPolicy Policy(string inNamespace, string name) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = inNamespace },
            Spec = new V1NetworkPolicySpec { PodSelector = new V1LabelSelector() },
        };
}
