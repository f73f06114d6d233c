using System.Text.Json;
using Palisade.Agent.Cluster;

namespace Palisade.Agent.Tests.Cluster;

public sealed class SlimmingTests
{
    private const string Pod = """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}, "annotations": {"a": "b"},
                      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1"}], "finalizers": ["x"]},
         "spec": {"nodeName": "node-1", "containers": [
             {"name": "plain", "ports": [{"containerPort": 9}]},
             {"name": "app", "ports": [{"name": "http", "containerPort": 80, "protocol": "TCP"}, {"containerPort": 81}]}]},
         "status": {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}], "hostIP": "192.0.2.1"}}
        """;

    private readonly Slimming _slimming = new(new StringPool());

    [Fact]
    public void Slim_Pod_KeepsWhatRulesDependOn()
    {
        var pod = Read();

        _slimming.Slim(pod);

        pod.Metadata.Name.ShouldBe("web-1");
        pod.Metadata.NamespaceProperty.ShouldBe("shop");
        pod.Metadata.Labels.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "web" });
        pod.Spec!.NodeName.ShouldBe("node-1");
        var port = pod.Spec.Containers.ShouldHaveSingleItem().Ports.ShouldHaveSingleItem();
        (port.Name, port.ContainerPort, port.Protocol).ShouldBe(("http", 80, "TCP"));
        pod.Status!.Phase.ShouldBe("Running");
        pod.Status.PodIP.ShouldBe("10.0.0.1");
        pod.Status.PodIPs.ShouldHaveSingleItem().Ip.ShouldBe("10.0.0.1");
        pod.Metadata.Annotations.ShouldBeNull();
        pod.Metadata.OwnerReferences.ShouldBeNull();
        RelevantChange.OfPod(Read(), pod).ShouldBeFalse();
    }

    [Fact]
    public void Slim_TwoPods_ShareTheirTexts()
    {
        var (first, second) = (Read(), Read());

        _slimming.Slim(first);
        _slimming.Slim(second);

        second.Metadata.NamespaceProperty.ShouldBeSameAs(first.Metadata.NamespaceProperty);
        second.Spec!.NodeName.ShouldBeSameAs(first.Spec!.NodeName);
        second.Metadata.Labels!.Single().Key.ShouldBeSameAs(first.Metadata.Labels!.Single().Key);
        second.Metadata.Labels!.Single().Value.ShouldBeSameAs(first.Metadata.Labels!.Single().Value);
    }

    [Fact]
    public void Share_MoreTextsThanTheCapacity_ForgetsAndGoesOn()
    {
        var pool = new StringPool(capacity: 2);

        foreach (var text in (string[])["a", "b", "c", "a", "d", "e"])
        {
            pool.Share(text).ShouldBe(text);
        }
    }

    private static V1Pod Read() => JsonSerializer.Deserialize(Pod, ModelsJson.Contract<V1Pod>())!;
}
