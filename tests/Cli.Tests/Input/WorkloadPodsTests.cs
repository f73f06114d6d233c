using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy;

namespace Palisade.Cli.Tests.Input;

/// <summary>Everything with a pod template is a workload, and its pods have the labels that controllers add.</summary>
public sealed class WorkloadPodsTests
{
    private const string Template = "template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}";

    [Theory]
    [InlineData("v1", "ReplicationController", "spec: {replicas: 2, TEMPLATE}", "w-0 app=a", "w-1 app=a")]
    [InlineData("apps/v1", "ReplicaSet", "spec: {TEMPLATE}", "w-0 app=a")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "spec: {replicas: 2, TEMPLATE}", "w-0 app=a", "w-1 app=a")]
    [InlineData("apps.openshift.io/v1", "DeploymentConfig", "spec: {TEMPLATE}", "w-0 app=a")]
    [InlineData("serving.knative.dev/v1", "Service", "spec: {TEMPLATE}", "w-0 app=a")]
    [InlineData(
        "apps/v1",
        "StatefulSet",
        "spec: {replicas: 2, TEMPLATE}",
        "w-0 app=a apps.kubernetes.io/pod-index=0 statefulset.kubernetes.io/pod-name=w-0",
        "w-1 app=a apps.kubernetes.io/pod-index=1 statefulset.kubernetes.io/pod-name=w-1"
    )]
    [InlineData(
        "apps/v1",
        "StatefulSet",
        "spec: {ordinals: {start: 5}, TEMPLATE}",
        "w-5 app=a apps.kubernetes.io/pod-index=5 statefulset.kubernetes.io/pod-name=w-5"
    )]
    [InlineData("batch/v1", "Job", "spec: {TEMPLATE}", "w-0 app=a batch.kubernetes.io/job-name=w job-name=w")]
    [InlineData("batch/v1", "Job", "spec: {manualSelector: true, TEMPLATE}", "w-0 app=a")]
    [InlineData(
        "batch/v1",
        "Job",
        "spec: {completionMode: Indexed, completions: 2, parallelism: 1, TEMPLATE}",
        "w-0 app=a batch.kubernetes.io/job-completion-index=0 batch.kubernetes.io/job-name=w job-name=w",
        "w-1 app=a batch.kubernetes.io/job-completion-index=1 batch.kubernetes.io/job-name=w job-name=w"
    )]
    [InlineData("batch/v1", "Job", "{status: {conditions: [{type: Complete, status: 'True'}]}, spec: {TEMPLATE}}")]
    [InlineData(
        "batch/v1",
        "CronJob",
        "spec: {suspend: true, schedule: '0 2 * * *', jobTemplate: {spec: {TEMPLATE}}}",
        "w-0 app=a batch.kubernetes.io/job-name=w-0 job-name=w-0"
    )]
    [InlineData(
        "batch/v1beta1",
        "CronJob",
        "spec: {schedule: '0 2 * * *', jobTemplate: {spec: {TEMPLATE}}}",
        "w-0 app=a batch.kubernetes.io/job-name=w-0 job-name=w-0"
    )]
    public void Complete_Workload_HasThePodsThatItsControllerMakes(string apiVersion, string kind, string rest, params string[] expected)
    {
        var fields = rest.Replace("TEMPLATE", Template, StringComparison.Ordinal);
        fields = fields.StartsWith('{') ? fields[1..^1] : fields;

        var pods = Complete($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: w, namespace: x}}, {fields}}}");

        pods.Select(Describe).ShouldBe(expected);
    }

    [Fact]
    public void Complete_JobOfACluster_HasItsUid()
    {
        var pods = Complete($"{{apiVersion: batch/v1, kind: Job, metadata: {{name: w, uid: u1}}, spec: {{{Template}}}}}");

        pods[0].Labels["controller-uid"].ShouldBe("u1");
        pods[0].Labels["batch.kubernetes.io/controller-uid"].ShouldBe("u1");
    }

    [Theory]
    [InlineData("monitoring.coreos.com/v1", "Prometheus", "{}", "prometheus-n-0", "prometheus", "n")]
    [InlineData("monitoring.coreos.com/v1", "Alertmanager", "{replicas: 3}", "alertmanager-n-2", "alertmanager", "n")]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", "{instances: 3}", "n-3", "cnpg.io/cluster", "n")]
    [InlineData("acid.zalan.do/v1", "postgresql", "{numberOfInstances: 2, teamId: t}", "n-1", "cluster-name", "n")]
    [InlineData("kafka.strimzi.io/v1beta2", "Kafka", "{kafka: {replicas: 3}}", "n-kafka-2", "strimzi.io/name", "n-kafka")]
    [InlineData(
        "elasticsearch.k8s.elastic.co/v1",
        "Elasticsearch",
        "{nodeSets: [{name: hot, count: 2}]}",
        "n-es-hot-1",
        "elasticsearch.k8s.elastic.co/cluster-name",
        "n"
    )]
    [InlineData("kibana.k8s.elastic.co/v1", "Kibana", "{count: 1}", "n-kb-0", "kibana.k8s.elastic.co/name", "n")]
    [InlineData("databases.spotahome.com/v1", "RedisFailover", "{}", "rfs-n-2", "app.kubernetes.io/component", "sentinel")]
    [InlineData("redis.redis.opstreelabs.in/v1beta2", "Redis", "{}", "n-0", "app", "n")]
    [InlineData("rabbitmq.com/v1beta1", "RabbitmqCluster", "{replicas: 3}", "n-server-2", "app.kubernetes.io/name", "n")]
    public void Complete_CustomResourceOfAKnownOperator_HasPlaceholdersWithItsLabels(
        string apiVersion,
        string kind,
        string spec,
        string pod,
        string label,
        string value
    )
    {
        var pods = Complete($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: \"n\", namespace: x}}, spec: {spec}}}");

        pods.Select(item => item.Name).ShouldContain(pod);
        pods.Single(item => item.Name == pod).Labels[label].ShouldBe(value);
    }

    [Fact]
    public async Task Explain_PlaceholdersAndUnknownKinds_AreSaidOnALineEach()
    {
        const string Manifests = """
            {apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {name: k8s, namespace: mon}}
            ---
            {apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a, namespace: mon}}
            ---
            {apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: b, namespace: mon}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: mon}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: mon}}
            """;

        var run = await CliRun.RunWithInputAsync(Manifests, "explain", "-f", "-", "--from", "mon/prometheus-k8s-0", "--to", "mon/web:80");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBe(
            """
            note: not read as workloads: 2 HelmRelease (helm.toolkit.fluxcd.io); if any of them makes pods, these are not seen
            note: 1 custom resource has a placeholder for pods, with the labels and ports that the operator gives them: Prometheus mon/k8s

            """
        );
    }

    [Fact]
    public async Task Report_Placeholder_IsMarkedAsOne()
    {
        const string Prometheus = "{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {name: k8s, namespace: mon}}";

        var run = await CliRun.RunWithInputAsync(Prometheus, "report", "-f", "-", "--to", "-");

        run.Output.ShouldContain("\"kind\":\"Prometheus (placeholder)\"");
    }

    [Theory]
    [InlineData("controller-uid: u1", "batch/v1", "Job", "")]
    [InlineData("pod-template-hash: abc", "apps/v1", "Deployment", "")]
    [InlineData("controller-revision-hash: abc", "apps/v1", "StatefulSet", "")]
    [InlineData("app: a", "batch/v1", "Job", null)]
    public async Task Explain_SelectorByALabelOfUnknownValue_IsWarnedOf(string label, string apiVersion, string kind, string? warned)
    {
        var workload = $"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: w, namespace: shop}}, spec: {{{Template}}}}}\n---\n";

        var run = await CliRun.RunWithInputAsync(
            workload + Policy("p", label, "[]"),
            "explain",
            "-f",
            "-",
            "--from",
            "192.0.2.1",
            "--to",
            "shop/w:80"
        );

        var expected =
            $"warning: NetworkPolicy shop/p selects by label {label.Split(':')[0]}, which manifests do not tell of the pods of {kind} shop/w: "
            + "whether it selects these is not known\n";
        run.Error.ShouldBe(warned is null ? "" : expected);
    }

    [Fact]
    public async Task Diff_ChangeOpensADatabaseToACronJob_ShowsIt()
    {
        const string Base = """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: report, namespace: shop}
            spec: {schedule: "5 4 * * *", jobTemplate: {spec: {template: {metadata: {labels: {app: report}}, spec: {containers: [{name: c, image: i}]}}}}}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store, namespace: shop}
            spec: {template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c, image: i}]}}}
            """;
        using var files = new TemporaryFiles();
        var old = files.Write("old.yaml", Policy("store", "app: store", "[]"));
        var now = files.Write("new.yaml", Policy("store", "app: store", "[{from: [{podSelector: {matchLabels: {app: report}}}]}]"));

        var run = await CliRun.RunAsync("diff", old, now, "-f", files.Write("base.yaml", Base));

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Output.ShouldContain("shop/report");
        run.Output.ShouldContain("Opened: 1. Closed: 0.");
    }

    [Theory]
    [InlineData("shop/store-1", "shop/store-0:5432", ExitCode.Clean)]
    [InlineData("shop/store-2", "shop/store-0:5432", ExitCode.Findings)]
    [InlineData("shop/store-1", "shop/store-2:5432", ExitCode.Clean)]
    public async Task Explain_PolicyForOnePodOfAStatefulSet_KnowsIt(string from, string to, int expected)
    {
        const string Set = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: store, namespace: shop}
            spec: {replicas: 3, template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c, image: i}]}}}
            ---

            """;
        var policy = Policy(
            "first",
            "statefulset.kubernetes.io/pod-name: store-0",
            "[{from: [{podSelector: {matchLabels: {apps.kubernetes.io/pod-index: '1'}}}]}]"
        );

        var run = await CliRun.RunWithInputAsync(Set + policy, "explain", "-f", "-", "--from", from, "--to", to);

        run.ExitCode.ShouldBe(expected, run.Error);
    }

    private static string Policy(string name, string label, string ingress) =>
        $"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}, namespace: shop}}, "
        + $"spec: {{podSelector: {{matchLabels: {{{label}}}}}, policyTypes: [Ingress], ingress: {ingress}}}}}";

    private static ImmutableArray<PodFacts> Complete(string text)
    {
        var set = ManifestReader.Parse("t.yaml", text);
        set.Errors.ShouldBeEmpty();
        var (snapshot, errors) = ClusterCompletion.ForAnalysis(set);
        errors.ShouldBeEmpty();
        return snapshot.Pods;
    }

    private static string Describe(PodFacts pod) =>
        $"{pod.Name} {string.Join(' ', pod.Labels.Select(label => $"{label.Key}={label.Value}"))}";
}
