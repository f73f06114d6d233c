using Palisade.DemoCluster;
using Palisade.EndToEnd;
using Palisade.Lab.Sandboxing;

Sandbox.EnsureInside();
var cluster = new ClusterFixture();
try
{
    await Console.Error.WriteLineAsync("... starting etcd, kube-apiserver, kube-controller-manager, operator, webhook and two agents");
    await cluster.InitializeAsync();
    return await new Demo(cluster).RunAsync(CancellationToken.None);
}
finally
{
    await cluster.DisposeAsync();
}
