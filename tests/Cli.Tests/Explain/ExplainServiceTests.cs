using System.Text.Json.Nodes;

namespace Palisade.Cli.Tests.Explain;

/// <summary>Policies see what is sent to a Service with the address and port of a pod behind it.</summary>
public sealed class ExplainServiceTests
{
    private const string Cluster = """
        apiVersion: v1
        kind: Service
        metadata: {name: store, namespace: shop}
        spec:
          clusterIP: 10.96.0.80
          clusterIPs: [10.96.0.80, "fd00:96::80"]
          externalIPs: [198.51.100.80]
          selector: {app: store}
          ports: [{name: sql, port: 80, targetPort: pg}, {name: other, port: 81, targetPort: 5433}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: both, namespace: shop}
        spec: {clusterIP: None, selector: {app: both}, ports: [{port: 80, targetPort: 8080}]}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: empty, namespace: shop}, spec: {clusterIP: 10.96.0.99, selector: {app: none}, ports: [{port: 80}]}}
        ---
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store-db, namespace: shop}, spec: {replicas: 3, template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c, ports: [{name: pg, containerPort: 5432}]}]}}}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: both, namespace: shop}, spec: {template: {metadata: {labels: {app: both}}, spec: {containers: [{name: c, ports: [{containerPort: 8080}]}]}}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: by-pod, namespace: shop, labels: {app: by-pod}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: by-address, namespace: shop, labels: {app: by-address}}}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: by-pod, namespace: shop}
        spec: {podSelector: {matchLabels: {app: by-pod}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: store}}}], ports: [{port: 5432}]}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: by-address, namespace: shop}
        spec: {podSelector: {matchLabels: {app: by-address}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.96.0.80/32}}]}]}
        """;

    [Theory]
    [InlineData("shop/by-pod", "10.96.0.80:80", ExitCode.Clean)]
    [InlineData("shop/by-pod", "[fd00:96::80]:80", ExitCode.Clean)]
    [InlineData("shop/by-pod", "198.51.100.80:80", ExitCode.Clean)]
    [InlineData("shop/by-pod", "shop/store:80", ExitCode.Clean)]
    [InlineData("shop/by-pod", "shop/store:sql", ExitCode.Clean)]
    [InlineData("shop/by-pod", "shop/svc/store:80", ExitCode.Clean)]
    [InlineData("shop/by-pod", "shop/store:81", ExitCode.Findings)]
    [InlineData("shop/by-address", "10.96.0.80:80", ExitCode.Findings)]
    [InlineData("shop/by-address", "shop/store:80", ExitCode.Findings)]
    public async Task Explain_Service_JudgesThePodsBehindIt(string from, string to, int expected)
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "explain", "-f", "-", "--from", from, "--to", to);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(expected);
        run.Output.ShouldStartWith("Service shop/store port 8");
        run.Output.ShouldContain("shop/store-db-0");
    }

    [Fact]
    public async Task Explain_NamespaceOfTheCommandLine_IsThatOfTheService()
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "explain", "-f", "-", "-n", "shop", "--from", "by-pod", "--to", "svc/store:80");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldStartWith("Service shop/store port 80: 3 pods behind it, port 5432;");
        run.Output.ShouldContain("shop/by-pod to shop/store-db-0 and 2 others behind the Service, TCP 5432:");
    }

    [Fact]
    public async Task Explain_ServiceAsJson_HasEveryPod()
    {
        var run = await CliRun.RunWithInputAsync(
            Cluster,
            "explain",
            "-f",
            "-",
            "--from",
            "shop/by-pod",
            "--to",
            "shop/store:80",
            "-o",
            "json"
        );

        var document = JsonNode.Parse(run.Output)!;
        ((bool)document["allowed"]!).ShouldBeTrue();
        ((string?)document["service"]).ShouldBe("shop/store");
        document["backends"]!
            .AsArray()
            .Select(backend => $"{backend!["to"]}:{backend["port"]}")
            .ShouldBe(["shop/store-db-0:5432", "shop/store-db-1:5432", "shop/store-db-2:5432"]);
    }

    [Theory]
    [InlineData("shop/by-pod", "shop/store:5432", "--to: Service shop/store has no port 5432/TCP; it has 80/TCP (sql), 81/TCP (other)")]
    [InlineData("shop/by-pod", "10.96.0.80:80/udp", "--to: Service shop/store has no port 80/UDP; it has 80/TCP (sql), 81/TCP (other)")]
    [InlineData("shop/by-pod", "shop/empty:80", "--to: behind Service shop/empty there is no pod that serves port 80/TCP")]
    [InlineData("shop/by-pod", "shop/svc/none:80", "--to: there is no Service shop/none")]
    [InlineData(
        "10.96.0.80",
        "shop/by-pod:80",
        "--from: 10.96.0.80 is an address of Service shop/store, from which no connection comes: name a pod"
    )]
    public async Task Explain_WhatAServiceCannotBe_SaysWhyAndExits2(string from, string to, string expected)
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "explain", "-f", "-", "--from", from, "--to", to);

        run.ShouldBe(new CliRun(ExitCode.Usage, "", $"kubectl palisade: {expected}\n"));
    }

    [Fact]
    public async Task Explain_WorkloadWithTheNameOfItsService_SaysHowToMeanTheService()
    {
        const string Same = """
            {apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: 10.96.0.5, selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}, spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c}]}}}}
            """;

        var run = await CliRun.RunWithInputAsync(Same, "explain", "-f", "-", "--from", "192.0.2.9", "--to", "db:80");

        run.Error.ShouldBe("note: --to: port 80 is taken as the pods' own; for that of the Service default/db write svc/db:80\n");
    }

    [Fact]
    public async Task Report_BlockOfAServicesAddress_IsNoHostOutside()
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "report", "-f", "-", "--to", "-");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldNotContain("\"name\":\"10.96.0.80/32\"");
    }
}
