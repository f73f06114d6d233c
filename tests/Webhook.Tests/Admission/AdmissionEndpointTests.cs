using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Webhook.Tests.Admission;

public sealed class AdmissionEndpointTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    private const string Sound = """{"namespaceSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8"}}]}]}""";

    [Fact]
    public async Task Create_SoundPolicy_Allows()
    {
        var response = await webhook.ReviewAsync(Reviews.Create(Reviews.ClusterNetworkPolicy, Sound));

        response.Allowed.ShouldBeTrue();
        response.Uid.ShouldBe("0df28fbd-5f5f-11e8-bc74-36e6bb280816");
        response.Status.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"cidr":"10.0.0.0/8","except":"10.1.0.0/16"}""", "except", "must be a list: write [\"10.1.0.0/16\"]")]
    [InlineData("""{"cidr":10.5}""", "cidr", "must be a string: write \"10.5\"")]
    [InlineData("""{"cidr":["10.0.0.0/8"]}""", "cidr", "must be a string")]
    [InlineData("""{"cidr":"10.0.0.0/8","except":[7]}""", "except[0]", "must be a string: write \"7\"")]
    [InlineData("""{"cidr":"10.0.0.0/8","except":[null]}""", "except[0]", "must be a string, not null: remove it or fill it in")]
    public async Task Create_IpBlockOfWrongType_ExplainsWithPath(string ipBlock, string field, string message)
    {
        var review = Reviews.Create(
            Reviews.ClusterNetworkPolicy,
            $$"""{"namespaceSelector":{},"ingress":[{"from":[{"ipBlock":{{ipBlock}}}]}]}"""
        );

        var response = await webhook.ReviewAsync(review);

        response.Allowed.ShouldBeFalse();
        var cause = response.Status!.Details!.Causes!.ShouldHaveSingleItem();
        cause.Field.ShouldBe("spec.ingress[0].from[0].ipBlock." + field);
        cause.Message.ShouldNotBeNull().ShouldContain(message);
        response.Status.Message.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public async Task Create_PortIsFloat_ExplainsWithPath()
    {
        var review = Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":{},"ingress":[{"ports":[{"port":80.5}]}]}""");

        var response = await webhook.ReviewAsync(review);

        response.Allowed.ShouldBeFalse();
        var cause = response.Status!.Details!.Causes!.ShouldHaveSingleItem();
        cause.Field.ShouldBe("spec.ingress[0].ports[0].port");
        cause.Message.ShouldNotBeNull().ShouldStartWith("Invalid value: 80.5: must be a whole number or a name [PAL041]");
    }

    [Fact]
    public async Task Create_Denied_CarriesStatusForPeopleAndPrograms()
    {
        var response = await webhook.ReviewAsync(Reviews.Create(Reviews.DefaultDenyProfile, """{"namespaceSelector":[]}""", "baseline"));

        response.Status.ShouldNotBeNull();
        response.Status.Code.ShouldBe(422);
        response.Status.Reason.ShouldBe("Invalid");
        response.Status.Details!.Kind.ShouldBe("DefaultDenyProfile");
        response.Status.Details.Name.ShouldBe("baseline");
        response.Status.Message.ShouldNotBeNull().ShouldStartWith("DefaultDenyProfile \"baseline\" is invalid (1 error):");
    }

    [Fact]
    public async Task Create_GeneratedName_NamesThePrefix()
    {
        var entity = Reviews.Entity(Reviews.ClusterNetworkPolicy, "[]");
        entity["metadata"] = new JsonObject { ["generateName"] = "db-" };

        var response = await webhook.ReviewAsync(Reviews.Create(entity));

        response.Status!.Details!.Name.ShouldBe("db-*");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("scale")]
    public async Task Update_Subresource_Allows(string subresource)
    {
        var review = Reviews.Update(
            Reviews.Entity(Reviews.ClusterNetworkPolicy, Sound),
            Reviews.Entity(Reviews.ClusterNetworkPolicy, "[]")
        );
        review["request"]!["subResource"] = subresource;

        (await webhook.ReviewAsync(review)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Update_FaultySpecThatStays_Allows()
    {
        var before = Reviews.Entity(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":[],"a":1.0,"b":[{}]}""");
        before["metadata"]!["finalizers"] = new JsonArray("palisade.dev/cleanup");
        var after = Reviews.Entity(Reviews.ClusterNetworkPolicy, """{"b":[{}],"namespaceSelector":[],"a":1.0}""");

        (await webhook.ReviewAsync(Reviews.Update(before, after))).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Reviews.ClusterNetworkPolicy, false)]
    [InlineData(Reviews.NetworkPolicy, true)]
    public async Task Create_FieldThatTheKindDoesNotHave_IsRefusedUnlessANewerApiServerMayHaveIt(string kind, bool allowed)
    {
        var spec = kind == Reviews.NetworkPolicy ? """{"podSelector":{},"ingres":[]}""" : """{"namespaceSelector":{},"ingres":[]}""";

        var response = await webhook.ReviewAsync(Reviews.Create(kind, spec));

        response.Allowed.ShouldBe(allowed);
        (response.Status?.Message ?? string.Join('\n', response.Warnings ?? [])).ShouldContain(
            "spec.ingres: is not a field here: did you mean \"ingress\"? [PAL040]"
        );
    }

    [Fact]
    public async Task Update_SpecBecomesFaulty_Denies()
    {
        var before = Reviews.Entity(Reviews.ClusterNetworkPolicy, Sound);
        var after = Reviews.Entity(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":7}""");

        (await webhook.ReviewAsync(Reviews.Update(before, after))).Allowed.ShouldBeFalse();
    }

    [Fact]
    public async Task Update_SameNumberInOtherWriting_IsNoChange()
    {
        var (before, after) = (PolicyWithPort("80.0"), PolicyWithPort("8e1"));

        (await webhook.ReviewAsync(Reviews.Update(before, after))).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("1e99999999999", "1e99999999999")]
    [InlineData("1e99999999999", "2e+99999999999")]
    [InlineData("1E-99999999999", "1")]
    public async Task Update_NumberWithAbsurdExponent_IsBadRequest(string oldPort, string newPort)
    {
        using var answer = await webhook.PostAsync(Reviews.Update(PolicyWithPort(oldPort), PolicyWithPort(newPort)).Bytes());

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(
            "a number with an exponent of more than 9 digits"
        );
    }

    [Fact]
    public async Task Delete_FaultyPolicy_Allows() =>
        (await webhook.ReviewAsync(Reviews.Delete(Reviews.Entity(Reviews.ClusterNetworkPolicy, "[]")))).Allowed.ShouldBeTrue();

    [Fact]
    public async Task Create_DryRun_GivesTheSameAnswer()
    {
        var review = Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":7}""");
        var real = await webhook.ReviewAsync(review);
        review["request"]!["dryRun"] = true;

        (await webhook.ReviewAsync(review)).Status!.Message.ShouldBe(real.Status!.Message);
    }

    [Theory]
    [InlineData("", "the request has no body")]
    [InlineData("{", "the body is not valid JSON")]
    [InlineData("[]", "AdmissionReview: must be a map of fields")]
    [InlineData("{}", "kind: must be AdmissionReview, not \"\"")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1"}""", "kind: must be AdmissionReview, not \"Pod\"")]
    [InlineData(
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}""",
        "apiVersion: must be admission.k8s.io/v1, not \"admission.k8s.io/v1beta1\""
    )]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""", "request: missing")]
    [InlineData("""{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}""", "request.uid: missing")]
    [InlineData(
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":3}}""",
        "request.uid: 3: must be a string: write \"3\""
    )]
    [InlineData(
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"PATCH"}}""",
        "request.operation: must be CREATE, UPDATE, DELETE or CONNECT, not \"PATCH\""
    )]
    [InlineData(
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"CREATE","object":"x"}}""",
        "request.object: must be an object on CREATE"
    )]
    [InlineData(
        """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"DELETE","oldObject":null}}""",
        "request.oldObject: must be an object on DELETE"
    )]
    [InlineData("{\"kind\":\"\\ud800\"}", "half of a surrogate pair")]
    [InlineData("""{"kind":"AdmissionReview","kind":"Pod"}""", "the body is not valid JSON: Duplicate")]
    public async Task Post_NotAReview_IsBadRequestWithReason(string body, string message)
    {
        using var answer = await webhook.PostAsync(Encoding.UTF8.GetBytes(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(answer)).Message.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public async Task Post_NotUtf8_IsBadRequest()
    {
        using var answer = await webhook.PostAsync([.. "{\"kind\":\""u8, 0xff, .. "\"}"u8]);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    public async Task Post_WrongContentType_IsRefused(string? contentType)
    {
        using var answer = await webhook.PostAsync("{}"u8.ToArray(), contentType);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await StatusAsync(answer)).Message.ShouldBe($"the content type must be application/json, not \"{contentType}\"");
    }

    [Fact]
    public async Task Post_ContentTypeWithParameters_IsTaken()
    {
        using var answer = await webhook.PostAsync(
            Reviews.Create(Reviews.ClusterNetworkPolicy, Sound).Bytes(),
            "application/json; charset=utf-8"
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyTooLarge_IsRefused(bool chunked)
    {
        using var content = new ByteArrayContent(new byte[(3 * 1024 * 1024) + 1]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/validate") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        // Else the answer may be lost: the server closes without having read the body.
        request.Headers.ExpectContinue = true;

        using var answer = await webhook.Client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await StatusAsync(answer)).Message.ShouldBe("the body must have at most 3145728 bytes");
    }

    [Fact]
    public async Task Post_DeeplyNested_IsBadRequest()
    {
        using var answer = await webhook.PostAsync(Encoding.UTF8.GetBytes(new string('[', 100_000)));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Post_UnknownKind_SaysWhichAreKnown()
    {
        var review = Reviews.Create(Reviews.ClusterNetworkPolicy, "{}");
        review["request"]!["kind"] = new JsonObject
        {
            ["group"] = "",
            ["version"] = "v1",
            ["kind"] = "Pod",
        };

        using var answer = await webhook.PostAsync(review.Bytes());

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(answer)).Message.ShouldBe(
            "this webhook knows networking.k8s.io/v1 NetworkPolicy, palisade.dev/v1alpha1 ClusterNetworkPolicy, "
                + "palisade.dev/v1alpha1 DefaultDenyProfile, not v1 Pod; correct the rules of the ValidatingWebhookConfiguration"
        );
    }

    [Fact]
    public async Task Post_UnknownVersion_IsBadRequest()
    {
        var review = Reviews.Create(Reviews.ClusterNetworkPolicy, "{}");
        review["request"]!["kind"]!["version"] = "v2";

        using var answer = await webhook.PostAsync(review.Bytes());

        (await StatusAsync(answer)).Message.ShouldNotBeNull().ShouldContain("not palisade.dev/v2 ClusterNetworkPolicy");
    }

    [Fact]
    public async Task Get_ValidatePath_IsNotAllowed()
    {
        using var answer = await webhook.Client.GetAsync(new Uri("/validate", UriKind.Relative), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    public async Task Get_HealthOverHttps_IsNotFound(string path)
    {
        using var answer = await webhook.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Post_ReviewOverPlainHttp_IsNotFound()
    {
        using var content = new ByteArrayContent(Reviews.Create(Reviews.ClusterNetworkPolicy, Sound).Bytes());
        using var answer = await webhook.Health.PostAsync(
            new Uri("/validate", UriKind.Relative),
            content,
            TestContext.Current.CancellationToken
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<V1Status> StatusAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = JsonSerializer.Deserialize(body, ModelsJson.Contract<V1Status>())!;
        status.Kind.ShouldBe("Status");
        status.Code.ShouldBe((int)answer.StatusCode);
        return status;
    }

    private static JsonObject PolicyWithPort(string port) =>
        Reviews.Entity(Reviews.NetworkPolicy, $$$"""{"podSelector":{},"ingress":[{"ports":[{"port":{{{port}}}}]}]}""");
}
