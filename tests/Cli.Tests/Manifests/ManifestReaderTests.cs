using Palisade.Cli.Manifests;

namespace Palisade.Cli.Tests.Manifests;

public sealed class ManifestReaderTests : IDisposable
{
    private const string Policy = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: web
          namespace: shop
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress:
          - from:
            - ipBlock:
                cidr: 10.0.0.0/8
                except: ["10.1.0.0/16"]
            ports:
            - {port: 80}
            - {port: "80"}
            - {port: http, protocol: TCP}
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("palisade-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Parse_NetworkPolicy_KeepsNumbersAndTextsApart()
    {
        var policy = ManifestReader.Parse("p.yaml", Policy).Objects<V1NetworkPolicy>().ShouldHaveSingleItem();

        policy.Metadata.NamespaceProperty.ShouldBe("shop");
        policy.Spec!.PodSelector!.MatchLabels!["app"].ShouldBe("web");
        policy.Spec.Ingress![0].FromProperty![0].IpBlock!.Except.ShouldBe(["10.1.0.0/16"]);
        policy
            .Spec.Ingress[0]
            .Ports!.Select(port => (port.Port.IsText, port.Port.Plain))
            .ShouldBe([(false, "80"), (true, "80"), (true, "http")]);
        policy.Spec.PolicyTypes.ShouldBeNull();
    }

    [Theory]
    [InlineData("spec.ingress[0].from[0].ipBlock.cidr", 11, 15)]
    [InlineData("spec.ingress[0].from[0].ipBlock.except[0]", 12, 18)]
    [InlineData("spec.ingress[0].from[0].ipBlock", 10, 7)]
    [InlineData("spec.ingress[0].ports[2]", 16, 7)]
    [InlineData("spec.ingress[0].ports[9].port", 13, 5)]
    [InlineData("spec.podSelector.matchLabels[app]", 7, 36)]
    [InlineData("spec.policyTypes", 6, 1)]
    [InlineData("", 1, 1)]
    public void PositionOf_Field_IsItsPlaceOrThatOfTheNearestAround(string field, int line, int column)
    {
        var manifest = ManifestReader.Parse("p.yaml", Policy).Manifests.ShouldHaveSingleItem();

        manifest.PositionOf(field).ShouldBe(new ManifestPosition("p.yaml", line, column));
    }

    [Fact]
    public void Parse_SeveralDocuments_BrokenOneDoesNotTakeTheOthersAlong()
    {
        var set = ManifestReader.Parse(
            "all.yaml",
            """
            # a comment
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: one}}
            ---
            apiVersion: v1
            kind: Namespace
              metadata: {name: broken}
            --- # the last
            apiVersion: v1
            kind: Namespace
            metadata: {name: two}
            """
        );

        set.Objects<V1Namespace>().Select(item => item.Metadata.Name).ShouldBe(["one", "two"]);
        set.Manifests[1].Position.ShouldBe(new ManifestPosition("all.yaml", 9, 1));
        var error = set.Errors.ShouldHaveSingleItem();
        error.Position.Line.ShouldBe(7);
        error.ToString().ShouldStartWith("all.yaml:7:11: no valid YAML: ");
    }

    [Fact]
    public void Parse_Json_IsReadToo()
    {
        const string Json =
            """{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": {"on": "true"}}, "spec": {"nodeName": null}}""";

        var pod = ManifestReader.Parse("p.json", Json).Objects<V1Pod>().ShouldHaveSingleItem();

        pod.Metadata.Labels.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["on"] = "true" });
    }

    [Theory]
    [InlineData("v1", "List", "{apiVersion: v1, kind: Pod, metadata: {name: a}}")]
    [InlineData("v1", "PodList", "{metadata: {name: a}}")]
    [InlineData("palisade.dev/v1alpha1", "ClusterNetworkPolicyList", "{metadata: {name: a}, spec: {namespaceSelector: {}}}")]
    public void Parse_List_ReadsItsItems(string apiVersion, string kind, string item)
    {
        var set = ManifestReader.Parse("l.yaml", $"apiVersion: {apiVersion}\nkind: {kind}\nitems:\n- {item}\n");

        set.Errors.ShouldBeEmpty();
        set.Manifests.ShouldHaveSingleItem().Object.Metadata.Name.ShouldBe("a");
        set.Manifests[0].Object.ApiVersion.ShouldBe(apiVersion);
    }

    [Fact]
    public void Parse_OtherKinds_ArePassedOver()
    {
        var set = ManifestReader.Parse(
            "o.yaml",
            "apiVersion: apps/v2\nkind: Rocket\nmetadata: {}\n---\nreplicas: 3\n---\n- just\n- a list\n---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"
        );

        set.Errors.ShouldBeEmpty();
        set.Manifests.ShouldBeEmpty();
        set.Skipped.Select(document => document.Kind).ShouldBe(["Rocket", "", "", "NetworkPolicy"]);
    }

    [Theory]
    [InlineData("kind: Pod\nmetadata: {name: a}", "p.yaml:1:1: apiVersion: must be given")]
    [InlineData("apiVersion: v1\nmetadata: {name: a}", "p.yaml:1:1: kind: must be given")]
    [InlineData(
        "apiVersion: palisade.dev/v1\nkind: DefaultDenyProfile",
        "p.yaml:1:13: apiVersion: \"palisade.dev/v1\": DefaultDenyProfile is not a kind of this version: write palisade.dev/v1alpha1"
    )]
    [InlineData("apiVersion: v1\nkind: Pod", "p.yaml:1:1: metadata.name: must be given")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: }", "p.yaml:3:12: metadata.name: must be given")]
    [InlineData(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {tier: yes}}",
        "p.yaml:3:36: metadata.labels[tier]: yes: must be a string: write \"yes\""
    )]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: 7}", "p.yaml:3:18: metadata.name: 7: must be a string: write \"7\"")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: [name]", "p.yaml:3:11: metadata: must be a map of fields")]
    [InlineData(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: \"true\"}",
        "p.yaml:4:21: spec.hostNetwork: \"true\": must be true or false, without quotes"
    )]
    [InlineData(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, ports: [{containerPort: 8.5}]}]}",
        "p.yaml:4:55: spec.containers[0].ports[0].containerPort: 8.5: must be a whole number"
    )]
    [InlineData(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [~]}",
        "p.yaml:4:21: spec.containers[0]: must be a map of fields, not null: remove it or fill it in"
    )]
    [InlineData(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: web}",
        "p.yaml:4:20: spec.containers: \"web\": must be a list: write [\"web\"]"
    )]
    [InlineData("apiVersion: v1\nkind: Pod\nkind: Pod", "p.yaml:3:1: the key \"kind\" stands twice in the same place")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: *nowhere", "p.yaml:3:11: there is no anchor &nowhere")]
    public void Parse_NotAnObjectOfItsKind_IsAnErrorWithPlaceAndReason(string text, string expected)
    {
        var set = ManifestReader.Parse("p.yaml", text);

        set.Manifests.ShouldBeEmpty();
        set.Errors.ShouldHaveSingleItem().ToString().ShouldBe(expected);
    }

    [Fact]
    public void Parse_SeveralWrongValues_AreAllReported()
    {
        var set = ManifestReader.Parse("p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 1, namespace: 2, labels: {a: 3}}");

        set.Errors.Select(error => error.Field).ShouldBe(["metadata.name", "metadata.namespace", "metadata.labels[a]"]);
    }

    [Fact]
    public void Document_FieldsThatTheModelLacks_AreStillThere()
    {
        var manifest = ManifestReader
            .Parse("p.yaml", Policy.Replace("cidr:", "cdir:", StringComparison.Ordinal))
            .Manifests.ShouldHaveSingleItem();

        var block = manifest.Document.GetProperty("spec").GetProperty("ingress")[0].GetProperty("from")[0].GetProperty("ipBlock");

        block.GetProperty("cdir").GetString().ShouldBe("10.0.0.0/8");
        manifest.PositionOf("spec.ingress[0].from[0].ipBlock.cdir").ToString().ShouldBe("p.yaml:11:15");
    }

    [Fact]
    public void Parse_AnchorsAndMergeKeys_AreFollowed()
    {
        const string Text = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Namespace, metadata: {name: a, labels: &labels {team: x, tier: web}}}
            - {apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {<<: *labels, tier: db}}}
            """;

        var labels = ManifestReader.Parse("p.yaml", Text).Objects<V1Namespace>().Last().Metadata.Labels!;

        labels
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value}")
            .ShouldBe(["team=x", "tier=db"]);
    }

    [Fact]
    public void Parse_AliasesOfAliases_AreRefusedBeforeTheyExhaustMemory()
    {
        var text =
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(
                Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n")
            );

        ManifestReader.Parse("bomb.yaml", text).Errors.ShouldHaveSingleItem().Message.ShouldBe("more than 2000000 values, aliases counted");
    }

    [Fact]
    public void Parse_DeepNesting_IsRefusedBeforeItExhaustsTheStack()
    {
        ManifestReader
            .Parse("deep.yaml", "a: " + new string('[', 100_000))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("nested more than 100 levels deep");
    }

    [Fact]
    public void Parse_DeepNestingByAliases_IsRefusedToo()
    {
        var levels = Enumerable.Range(1, 3).Select(i => $"a{i}: &a{i} {new string('[', 40)}*a{i - 1}{new string(']', 40)}\n");

        ManifestReader
            .Parse("deep.yaml", "a0: &a0 []\n" + string.Concat(levels))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("nested more than 100 levels deep");
    }

    [Theory]
    [InlineData("{name: \"a\\n-A FORWARD -j ACCEPT\"}", "metadata.name")]
    [InlineData("{name: web, namespace: \"\\e[2J\"}", "metadata.namespace")]
    public void Parse_ControlCharactersInAName_AreAnError(string metadata, string field)
    {
        var text = $"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\n";

        ManifestReader.Parse("pod.yaml", text).Errors.ShouldHaveSingleItem().Field.ShouldBe(field);
    }

    [Fact]
    public void Parse_Deployment_IsAWorkload()
    {
        const string Text =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 3, template: {metadata: {labels: {app: a}}}}";

        var workload = ManifestReader.Parse("d.yaml", Text).Objects<V1Workload>().ShouldHaveSingleItem();

        (workload.Kind, workload.Spec.Replicas, workload.Spec.Template.Metadata.Labels!["app"]).ShouldBe(("Deployment", 3, "a"));
    }

    [Fact]
    public async Task Read_Folder_TakesManifestsOfAllLevelsInOrdinalOrder()
    {
        Directory.CreateDirectory(Path.Join(_directory, "b"));
        Directory.CreateSymbolicLink(Path.Join(_directory, "b", "loop"), _directory);
        foreach (var name in (string[])["c.json", "a.yaml", "b/x.yml", "B.yaml"])
        {
            await File.WriteAllTextAsync(
                Path.Join(_directory, name),
                $"{{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {{\"name\": \"{name}\"}}}}",
                Token
            );
        }
        await File.WriteAllTextAsync(Path.Join(_directory, "readme.md"), "not: [a manifest", Token);

        var set = await ManifestReader.ReadAsync([_directory], TextReader.Null, Token);

        set.Errors.ShouldBeEmpty();
        set.Objects<V1Namespace>().Select(item => item.Metadata.Name).ShouldBe(["B.yaml", "a.yaml", "b/x.yml", "c.json"]);
    }

    [Fact]
    public async Task Read_StandardInputAndAMissingFile_ReadsTheOneAndReportsTheOther()
    {
        using var input = new StringReader(Policy);

        var set = await ManifestReader.ReadAsync([Path.Join(_directory, "nowhere.yaml"), "-"], input, Token);

        set.Errors.ShouldHaveSingleItem().ToString().ShouldBe($"{_directory}/nowhere.yaml: no such file or directory");
        set.Manifests.ShouldHaveSingleItem().Position.ToString().ShouldBe("-:1:1");
    }

    [Fact]
    public async Task Read_FileNamedTwice_IsReadOnce()
    {
        await File.WriteAllTextAsync(Path.Join(_directory, "a.yaml"), Policy, Token);

        var set = await ManifestReader.ReadAsync([_directory, Path.Join(_directory, ".", "a.yaml")], TextReader.Null, Token);

        set.Manifests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Read_FolderWithoutManifests_IsAnError()
    {
        await File.WriteAllTextAsync(Path.Join(_directory, "a.txt"), Policy, Token);

        var set = await ManifestReader.ReadAsync([_directory], TextReader.Null, Token);

        set.Errors.ShouldHaveSingleItem().ToString().ShouldBe($"{_directory}: no manifest in this directory (.yaml, .yml or .json)");
    }

    [Fact]
    public async Task Read_LinkThatLeadsNowhere_IsNamedAndDoesNotHideTheRest()
    {
        File.CreateSymbolicLink(Path.Join(_directory, "a.yaml"), "/nowhere/at/all");
        await File.WriteAllTextAsync(Path.Join(_directory, "b.yaml"), Policy, Token);

        var set = await ManifestReader.ReadAsync([_directory], TextReader.Null, Token);

        set.Errors.ShouldHaveSingleItem().ToString().ShouldBe($"{Path.Join(_directory, "a.yaml")}: no such file or directory");
        set.Manifests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(
        "metadata:\n  name: {{ .Values.name }}\n",
        "p.yaml:2:10: a key must be a string; a template must be rendered first, for example by helm template"
    )]
    [InlineData(
        "kind: Pod\nspec:\n\thostNetwork: true\n",
        "p.yaml:3:1: no valid YAML: while scanning a mapping, found invalid tab as indentation"
    )]
    public void Parse_WhatYamlDoesNotTake_SaysWhereAndWhat(string text, string expected) =>
        ManifestReader.Parse("p.yaml", text).Errors.ShouldHaveSingleItem().ToString().ShouldBe(expected);

    [Theory]
    [InlineData("80.0", 80)]
    [InlineData("8e3", 8000)]
    [InlineData("0x50", 80)]
    [InlineData("!!int \"80\"", 80)]
    public void Parse_WholeNumberHoweverWritten_IsTheNumber(string written, int expected) =>
        Ports($"{{port: {written}}}").ShouldHaveSingleItem().Port.Number.ShouldBe(expected);

    [Theory]
    [InlineData("99999999999999")]
    [InlineData("1e20")]
    [InlineData("-99999999999999")]
    public void Parse_NumberThatNoFieldHolds_IsOutOfRange(string written)
    {
        var text = Policy.Replace("{port: 80}", $"{{port: {written}}}", StringComparison.Ordinal);

        ManifestReader
            .Parse("p.yaml", text)
            .Errors.ShouldHaveSingleItem()
            .ToString()
            .ShouldBe($"p.yaml:14:14: spec.ingress[0].ports[0].port: {written}: is out of range: must be from 1 to 65535");
    }

    [Fact]
    public void Parse_UnquotedKeyThatIsNoString_IsWhatKubectlMakesOfIt()
    {
        var text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {on: a, 0x10: b, \"off\": c, !!str no: d, 1.50: e}}";

        ManifestReader
            .Parse("p.yaml", text)
            .Objects<V1Pod>()
            .ShouldHaveSingleItem()
            .Metadata.Labels!.Keys.ShouldBe(["true", "16", "off", "no", "1.5"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"é\"}}")]
    [InlineData("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\"name\": \"}{\"}\n}")]
    public void Parse_JsonObjectsOneAfterTheOther_AreReadEach(string pod)
    {
        foreach (var between in (string[])["", "\n", "\r\n\r\n", "  "])
        {
            var set = ManifestReader.Parse(
                "s.json",
                $"{pod}{between}{pod}{between}{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": 7}}\n"
            );

            set.Manifests.Count.ShouldBe(2);
            var (line, column) = PlaceAfter(
                $"{pod}{between}{pod}{between}",
                "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": ".Length
            );
            set.Errors.ShouldHaveSingleItem().ToString().ShouldBe($"s.json:{line}:{column}: metadata: 7: must be a map of fields");
        }
    }

    [Fact]
    public void Parse_JsonStreamThatBreaksOff_KeepsWhatCameBefore()
    {
        var set = ManifestReader.Parse(
            "s.json",
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}\n{\"apiVersion\": "
        );

        set.Objects<V1Pod>().ShouldHaveSingleItem();
        set.Errors.ShouldHaveSingleItem().Position.Line.ShouldBe(3);
    }

    [Theory]
    [InlineData("\uFEFF{0}\n---\n\uFEFF# saved on Windows\n{0}\n")]
    [InlineData("{0}\n\uFEFF---\n{0}\n")]
    [InlineData("\uFEFF---\n\uFEFF{0}\n---\uFEFF\n\uFEFF\uFEFF{0}\n")]
    [InlineData("{0}\n---\r\n\uFEFF{0}\r\n")]
    public void Parse_ByteOrderMarksBetweenDocuments_AreDropped(string format)
    {
        var document = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}";

        var set = ManifestReader.Parse("b.yaml", format.Replace("{0}", document, StringComparison.Ordinal));

        set.Errors.ShouldBeEmpty();
        set.Manifests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("apiVersion: v2\nname: app\nversion: 0.1.0", true)]
    [InlineData("apiVersion: v1\nname: app\nversion: 0.1.0", true)]
    [InlineData("apiVersion: skaffold/v4beta6\nbuild: {}", true)]
    [InlineData("apiVersion: networking.k8s.io/v1\nname: app", false)]
    [InlineData("apiVersion: v1\nspec: {}", false)]
    public void Parse_ApiVersionWithoutKind_IsSkippedUnlessItLooksLikeAnObject(string text, bool skipped)
    {
        var set = ManifestReader.Parse("Chart.yaml", text);

        set.Skipped.Select(document => document.ToString())
            .ShouldBe(skipped ? ["Chart.yaml:1:1: skipped: has no kind, so it is not a Kubernetes object"] : []);
        set.Errors.Select(error => error.ToString()).ShouldBe(skipped ? [] : ["Chart.yaml:1:1: kind: must be given"]);
    }

    [Fact]
    public async Task Read_Repository_LeavesOutHiddenDirectoriesAndTemplatesOfCharts()
    {
        foreach (var name in (string[])[".git/a.yaml", ".github/b.yaml", "deploy/c.yaml", "charts/app/crds/d.yaml", "templates/e.yaml"])
        {
            await WriteAsync(name, $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {Path.GetFileNameWithoutExtension(name)}}}");
        }
        await WriteAsync("charts/app/Chart.yaml", "apiVersion: v2\nname: app");
        await WriteAsync("charts/app/values.yaml", "image: nginx");
        await WriteAsync("charts/app/templates/policy.yaml", "{{- if .Values.on }}\nkind: [\n{{- end }}");

        var set = await ManifestReader.ReadAsync([_directory], TextReader.Null, Token);

        set.Errors.ShouldBeEmpty();
        set.Objects<V1Namespace>().Select(item => item.Metadata.Name).ShouldBe(["d", "c", "e"]);
        set.Skipped.Where(document => document.Reason is not null)
            .Select(document => document.ToString().Replace(_directory + "/", "", StringComparison.Ordinal))
            .ShouldBe(
                [
                    "charts/app/Chart.yaml:1:1: skipped: has no kind, so it is not a Kubernetes object",
                    "charts/app/templates: skipped: holds the templates of a Helm chart: render them first, for example by helm template",
                ],
                ignoreOrder: true
            );
        (await ManifestReader.ReadAsync([Path.Join(_directory, ".git")], TextReader.Null, Token)).Manifests.ShouldHaveSingleItem();
        (
            await ManifestReader.ReadAsync([Path.Join(_directory, "charts/app/templates")], TextReader.Null, Token)
        ).Errors.ShouldHaveSingleItem();
    }

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Join(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Token);
    }

    private static IList<V1NetworkPolicyPort> Ports(string port)
    {
        var set = ManifestReader.Parse("p.yaml", Policy.Replace("{port: 80}", port, StringComparison.Ordinal));
        set.Errors.ShouldBeEmpty();
        return [set.Objects<V1NetworkPolicy>().ShouldHaveSingleItem().Spec!.Ingress![0].Ports![0]];
    }

    private static (int Line, int Column) PlaceAfter(string before, int further) =>
        (before.Count(c => c == '\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + further + 1);
}
