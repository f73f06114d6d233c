using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Somebody else's admission webhook for the NetworkPolicies of one namespace: a real one, that the API server calls.</summary>
internal sealed class AdmissionWebhook : IAsyncDisposable
{
    private readonly OperatorCluster _cluster;
    private readonly WebApplication _app;
    private readonly string _kind;
    private readonly string _name = OperatorCluster.Unique("webhook");
    private int _calls;

    private AdmissionWebhook(OperatorCluster cluster, string kind, X509Certificate2 certificate, Func<JsonNode, JsonObject> answer)
    {
        (_cluster, _kind) = (cluster, kind);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _app = builder.Build();
        _app.MapPost("/", context => AnswerAsync(context, answer));
    }

    /// <summary>Starts one that refuses every NetworkPolicy, and waits until the API server asks it.</summary>
    public static Task<AdmissionWebhook> RefusingAsync(
        OperatorCluster cluster,
        V1Namespace target,
        string message,
        CancellationToken token
    ) => StartAsync(cluster, "ValidatingWebhookConfiguration", target, _ => Refusal(message), token);

    /// <summary>Starts one that lets no NetworkPolicy be deleted, and waits until the API server asks it.</summary>
    public static Task<AdmissionWebhook> KeepingAsync(
        OperatorCluster cluster,
        V1Namespace target,
        string message,
        CancellationToken token
    ) =>
        StartAsync(
            cluster,
            "ValidatingWebhookConfiguration",
            target,
            request => request["operation"]!.GetValue<string>() == "DELETE" ? Refusal(message) : new JsonObject { ["allowed"] = true },
            token
        );

    /// <summary>Starts one that takes the ports from every ingress rule, and waits until the API server asks it.</summary>
    public static Task<AdmissionWebhook> TakingPortsAsync(OperatorCluster cluster, V1Namespace target, CancellationToken token) =>
        StartAsync(cluster, "MutatingWebhookConfiguration", target, request => WithoutPorts(request["object"]), token);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.KubectlAsync(CancellationToken.None, "delete", _kind, _name);
        await _app.DisposeAsync();
    }

    private static async Task<AdmissionWebhook> StartAsync(
        OperatorCluster cluster,
        string kind,
        V1Namespace target,
        Func<JsonNode, JsonObject> answer,
        CancellationToken cancellationToken
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        var webhook = new AdmissionWebhook(cluster, kind, certificate, answer);
        await webhook._app.StartAsync(cancellationToken);
        await webhook.RegisterAsync(
            target,
            Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem())),
            cancellationToken
        );
        await Eventually.TrueAsync(() => webhook.IsAskedAsync(target, cancellationToken), cancellationToken);
        return webhook;
    }

    private async Task RegisterAsync(V1Namespace target, string authority, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            $$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: {{_kind}}
            metadata: {name: {{_name}}}
            webhooks:
            - name: {{_name}}.palisade.test
              clientConfig: {url: "{{_app.Urls.First()}}/", caBundle: {{authority}} }
              rules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE, DELETE], resources: [networkpolicies]}]
              namespaceSelector:
                matchLabels:
                  webhook: {{target.Metadata.Labels!["webhook"]}}
              failurePolicy: Fail
              sideEffects: None
              admissionReviewVersions: [v1]
            """,
            cancellationToken
        );
        await _cluster.KubectlAsync(cancellationToken, "apply", "-f", file);
        File.Delete(file);
    }

    private async Task<bool> IsAskedAsync(V1Namespace target, CancellationToken cancellationToken)
    {
        var probe = new V1NetworkPolicy
        {
            Metadata = new() { Name = "probe", NamespaceProperty = target.Metadata.Name },
            Spec = new() { PodSelector = new() },
        };
        try
        {
            await _cluster.Client.ApplyAsync(probe, new ApplyOptions("probe") { DryRun = true }, cancellationToken);
        }
        catch (KubernetesException e) when (e.Message.Contains("admission webhook", StringComparison.Ordinal))
        {
            // It refuses, as it should.
        }

        return Volatile.Read(ref _calls) > 0;
    }

    private async Task AnswerAsync(HttpContext context, Func<JsonNode, JsonObject> answer)
    {
        Interlocked.Increment(ref _calls);
        var review = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var response = answer(review["request"]!);
        response["uid"] = review["request"]!["uid"]!.GetValue<string>();
        var body = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["response"] = response,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private static JsonObject Refusal(string message) =>
        new()
        {
            ["allowed"] = false,
            ["status"] = new JsonObject { ["message"] = message },
        };

    private static JsonObject WithoutPorts(JsonNode? policy)
    {
        var rules = policy?["spec"]?["ingress"] as JsonArray ?? [];
        var patch = new JsonArray([
            .. rules
                .Select((rule, i) => (rule, i))
                .Where(entry => entry.rule?["ports"] is not null)
                .Select(entry => new JsonObject
                {
                    ["op"] = "remove",
                    ["path"] = FormattableString.Invariant($"/spec/ingress/{entry.i}/ports"),
                }),
        ]);
        var answer = new JsonObject { ["allowed"] = true };
        if (patch.Count > 0)
        {
            answer["patchType"] = "JSONPatch";
            answer["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(patch.ToJsonString()));
        }

        return answer;
    }
}
