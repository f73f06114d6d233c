using System.Text.Json.Nodes;
using System.Xml.Linq;
using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

public sealed class KustomizationTests
{
    private static readonly string[] Workloads = ["DaemonSet", "Deployment"];

    public static TheoryData<string> Folders => [.. Kustomization.All];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Build_EveryDirectory_Succeeds(string directory)
    {
        var objects = await Kustomization.BuildAsync(directory, Cancellation);
        objects.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task InstallManifest_IsTheDefaultKustomization()
    {
        var built = await Kustomization.BuildAsync("config/default", Cancellation);
        var committed = YamlObject.ReadAll(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "dist/install.yaml"), Cancellation));

        committed.Select(entity => $"{entity.Kind} {entity.Name}").ShouldBe(built.Select(entity => $"{entity.Kind} {entity.Name}"));
        foreach (var (old, fresh) in committed.Zip(built))
        {
            JsonNode.DeepEquals(old.Json, fresh.Json).ShouldBeTrue($"{old.Kind} {old.Name} is stale: run make generate");
        }
    }

    [Fact]
    public async Task Images_OfTheDefaultKustomization_HaveTheProductsVersion()
    {
        var properties = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"));
        var version = properties.Descendants("VersionPrefix").Single().Value;

        foreach (var container in Containers(await Kustomization.BuildAsync("config/default", Cancellation)))
        {
            container["image"]!.GetValue<string>().ShouldEndWith($":{version}");
        }
    }

    [Fact]
    public async Task Objects_OfTheDefaultKustomization_AppearInTheWavesOfTheirKind()
    {
        foreach (var entity in await Kustomization.BuildAsync("config/default", Cancellation))
        {
            var wave = entity.Json["metadata"]!["annotations"]?["argocd.argoproj.io/sync-wave"]?.GetValue<string>();
            var expected = entity switch
            {
                { Kind: "CustomResourceDefinition" or "Namespace" or "PriorityClass" } => "-2",
                // The webhook is not ready before it is registered, so neither may wait for the other.
                { Kind: "ValidatingWebhookConfiguration" } => "0",
                { Kind: "Deployment" or "Service" or "PodDisruptionBudget", Name: "palisade-webhook" } => "0",
                _ => "-1",
            };
            wave.ShouldBe(expected, $"{entity.Kind} {entity.Name}");
        }
    }

    [Fact]
    public async Task CertManager_CertificateSecretAndRegistration_FitTogether()
    {
        var objects = await Kustomization.BuildAsync("config/cert-manager", Cancellation);
        var registration = objects.Single(entity => entity.Kind == "ValidatingWebhookConfiguration").Json;
        var injected = registration["metadata"]!["annotations"]!["cert-manager.io/inject-ca-from"]!.GetValue<string>().Split('/');
        var certificate = objects.Single(entity => entity.Kind == "Certificate" && entity.Name == injected[1]).Json;
        var pod = objects.Single(entity => entity is { Kind: "Deployment", Name: "palisade-webhook" }).Json["spec"]!["template"]!["spec"]!;
        var volume = pod["volumes"]!.AsArray().Single()!;
        var container = pod["containers"]!.AsArray().Single()!;
        var mount = container["volumeMounts"]!.AsArray().Single()!;

        certificate["metadata"]!["namespace"]!.GetValue<string>().ShouldBe(injected[0]);
        volume["secret"]!["secretName"]!.GetValue<string>().ShouldBe(certificate["spec"]!["secretName"]!.GetValue<string>());
        mount["name"]!.GetValue<string>().ShouldBe(volume["name"]!.GetValue<string>());
        container["args"]!.AsArray().Select(arg => arg!.GetValue<string>()).ShouldContain($"--cert-dir={mount["mountPath"]}");
        foreach (var webhook in registration["webhooks"]!.AsArray())
        {
            var service = webhook!["clientConfig"]!["service"]!;
            certificate["spec"]!["dnsNames"]!
                .AsArray()
                .Select(name => name!.GetValue<string>())
                .ShouldContain($"{service["name"]}.{service["namespace"]}.svc");
        }
    }

    [Fact]
    public async Task Containers_OfEveryWorkload_AreConfined()
    {
        var objects = await Kustomization.BuildAsync("config/default", Cancellation);
        foreach (var container in Containers(objects))
        {
            var context = container["securityContext"]!;
            context["allowPrivilegeEscalation"]!.GetValue<bool>().ShouldBeFalse();
            context["readOnlyRootFilesystem"]!.GetValue<bool>().ShouldBeTrue();
            context["capabilities"]!["drop"]!.ToJsonString().ShouldBe("""["ALL"]""");
            var added = context["capabilities"]!["add"]?.ToJsonString();
            added.ShouldBe(container["name"]!.GetValue<string>() == "agent" ? """["NET_ADMIN","NET_RAW"]""" : null);
        }

        foreach (var deployment in objects.Where(entity => entity.Kind == "Deployment"))
        {
            var context = deployment.Json["spec"]!["template"]!["spec"]!["securityContext"]!;
            context["runAsNonRoot"]!.GetValue<bool>().ShouldBeTrue();
            context["seccompProfile"]!["type"]!.GetValue<string>().ShouldBe("RuntimeDefault");
        }
    }

    [Fact]
    public async Task Labels_OfNoObject_ClaimToBeStamped()
    {
        // The operator removes what carries that label and has no custom resource.
        foreach (var entity in await Kustomization.BuildAsync("config/default", Cancellation))
        {
            entity.Json["metadata"]!["labels"]?["app.kubernetes.io/managed-by"].ShouldBeNull();
        }
    }

    private static IEnumerable<JsonNode> Containers(IEnumerable<YamlObject> objects) =>
        from entity in objects
        where Workloads.Contains(entity.Kind, StringComparer.Ordinal)
        from container in entity.Json["spec"]!["template"]!["spec"]!["containers"]!.AsArray()
        select container!;
}
