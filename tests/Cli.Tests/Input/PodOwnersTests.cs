using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Tests.Input;

/// <summary>What an object of the input made is not made up once more.</summary>
public sealed class PodOwnersTests
{
    private const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: x, uid: d}
        spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}
        ---

        """;

    private const string ReplicaSet = """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: web-7c9, namespace: x, uid: r, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true}]}
        spec: {replicas: 2, template: {metadata: {labels: {app: web, pod-template-hash: 7c9}}, spec: {containers: [{name: c, image: i}]}}}
        ---

        """;

    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web-7c9-abcde, namespace: x, labels: {app: web, pod-template-hash: 7c9}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7c9, uid: r, controller: true}]}
        spec: {nodeName: n1, containers: [{name: c, image: i}]}
        status: {phase: Running, podIP: 10.244.1.7}
        ---

        """;

    [Theory]
    [InlineData(Deployment, "web-0 web-1")]
    [InlineData(Deployment + ReplicaSet, "web-0 web-1")]
    [InlineData(Deployment + ReplicaSet + Pod, "web-7c9-abcde")]
    [InlineData(Deployment + Pod, "web-7c9-abcde")]
    [InlineData(ReplicaSet + Pod, "web-7c9-abcde")]
    [InlineData(ReplicaSet, "web-7c9-0 web-7c9-1")]
    public void Complete_OwnersAndOwned_HaveTheirPodsOnce(string manifests, string expected) =>
        string.Join(' ', Complete(manifests).Select(pod => pod.Name)).ShouldBe(expected);

    [Fact]
    public void Complete_DeploymentWithItsReplicaSet_KnowsTheHashOfItsPods() =>
        Complete(Deployment + ReplicaSet).ShouldAllBe(pod => pod.Labels["pod-template-hash"] == "7c9");

    [Fact]
    public void Complete_CronJobWhoseJobHasEnded_HasThePodOfItsNextRun()
    {
        const string Manifests = """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: backup, namespace: x, uid: c}
            spec: {schedule: "0 2 * * *", jobTemplate: {spec: {template: {metadata: {labels: {app: b}}, spec: {containers: [{name: c, image: i}]}}}}}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: backup-2839, namespace: x, uid: j, ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: backup, uid: c, controller: true}]}
            spec: {template: {metadata: {labels: {app: b}}, spec: {containers: [{name: c, image: i}]}}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: backup-2839-xyz, namespace: x, labels: {app: b}, ownerReferences: [{apiVersion: batch/v1, kind: Job, name: backup-2839, uid: j, controller: true}]}
            status: {phase: Succeeded, podIP: 10.244.1.9}
            """;

        Complete(Manifests).Select(pod => pod.Name).ShouldBe(["backup-0", "backup-2839-xyz"]);
    }

    [Fact]
    public void Complete_OperatorsResourceBesideWhatItMade_HasNoPlaceholder()
    {
        const string Manifests = """
            apiVersion: monitoring.coreos.com/v1
            kind: Prometheus
            metadata: {name: k8s, namespace: x, uid: p}
            ---
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: prometheus-k8s, namespace: x, ownerReferences: [{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, name: k8s, uid: p, controller: true}]}
            spec: {template: {metadata: {labels: {prometheus: k8s, shard: one}}, spec: {containers: [{name: c, image: i}]}}}
            """;

        Complete(Manifests).ShouldHaveSingleItem().Labels["shard"].ShouldBe("one");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_WorkloadsOfOneName_HavePodsOfDifferentNames(bool reversed)
    {
        string[] documents =
        [
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: db}, spec: {template: {metadata: {labels: {app: proxy}}, spec: {containers: [{name: c}]}}}}",
            "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c}]}}}}",
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: web-0, labels: {app: other}}}",
        ];

        var pods = Complete(string.Join("\n---\n", reversed ? documents.Reverse() : documents));

        pods.Select(pod => $"{pod.Name} {pod.Labels["app"]}")
            .ShouldBe(["db-0 db", "db-deployment-0 proxy", "web-0 other", "web-deployment-0 web"], ignoreOrder: true);
    }

    [Fact]
    public void Complete_EmptyListOfAddresses_IsNoneAndTheFirstAddressCounts()
    {
        const string Pods = """
            {apiVersion: v1, kind: Pod, metadata: {name: old}, spec: {nodeName: n1}, status: {phase: Running, podIP: 10.244.1.9, podIPs: []}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: new}, spec: {nodeName: n1}, status: {phase: Pending, podIP: "", podIPs: []}}
            """;

        var pods = Complete(Pods);

        pods[0].Addresses.ShouldBe([IpAddress.Parse("10.244.1.9")]);
        pods[1].Addresses.ShouldBeEmpty();
    }

    private static ImmutableArray<PodFacts> Complete(string text)
    {
        var set = ManifestReader.Parse("t.yaml", text);
        set.Errors.ShouldBeEmpty();
        var (snapshot, errors) = ClusterCompletion.ForAnalysis(set);
        errors.ShouldBeEmpty();
        return snapshot.Pods;
    }
}
