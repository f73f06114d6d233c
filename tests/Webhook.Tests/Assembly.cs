[assembly: AssemblyFixture(typeof(Palisade.Webhook.Tests.Cluster.ClusterFixture))]
