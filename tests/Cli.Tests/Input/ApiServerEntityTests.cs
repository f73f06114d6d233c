namespace Palisade.Cli.Tests.Input;

/// <summary>Manifests seldom have the Service and the Endpoints of the API server, which custom resources may name all the same.</summary>
public sealed class ApiServerEntityTests
{
    private const string Manifests = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: closed}
        spec:
          namespaceSelector: {}
          allow: {kubeAPIServer: true}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: other, namespace: other}

        """;

    private const string ApiServer = """
        ---
        apiVersion: v1
        kind: Endpoints
        metadata: {name: kubernetes, namespace: default}
        subsets: [{addresses: [{ip: 203.0.113.1}], ports: [{port: 6443}]}]
        """;

    private const string ApiServerSlices = """
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: kubernetes-abc12, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
        addressType: IPv4
        endpoints: [{addresses: [203.0.113.1]}]
        ports: [{port: 6443}]
        ---
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        metadata: {name: kubernetes-def34, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}
        addressType: IPv6
        endpoints: [{addresses: ["2001:db8::1"], conditions: {ready: false}}]
        ports: [{port: 6443}]
        """;

    [Theory]
    [InlineData("web", "192.0.2.1:443", ExitCode.Clean)]
    [InlineData("web", "203.0.113.7:443", ExitCode.Findings)]
    [InlineData("other/other", "web:80", ExitCode.Findings)]
    public async Task Explain_ApiServerIsLeftOut_IsMadeUpAndTheNamespacesAreClosed(string from, string to, int expected)
    {
        var run = await CliRun.RunWithInputAsync(Manifests, "explain", "-f", "-", "--from", from, "--to", to);

        run.ExitCode.ShouldBe(expected);
        run.Error.ShouldBe(
            "warning: DefaultDenyProfile closed: spec.allow.kubeAPIServer: the API server was not found: "
                + "Endpoints 'kubernetes' in namespace 'default' has no address; it is taken to be 192.0.2.1:443\n"
        );
    }

    [Fact]
    public async Task Expand_ApiServerIsLeftOut_WritesNothingThatCouldBeApplied()
    {
        var run = await CliRun.RunWithInputAsync(Manifests, "expand", "-f", "-", "-o", "yaml");

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("kubectl get -n default service,endpoints kubernetes -o yaml");
    }

    [Fact]
    public async Task Expand_ApiServerIsGivenByEndpointSlices_HasTheAddressesOfAll()
    {
        var run = await CliRun.RunWithInputAsync(Manifests + ApiServerSlices, "expand", "-f", "-", "-o", "yaml");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain("cidr: \"203.0.113.1/32\"");
        run.Output.ShouldContain("cidr: \"2001:db8::1/128\"");
    }

    [Fact]
    public async Task Expand_ApiServerIsGiven_HasItsAddress()
    {
        var run = await CliRun.RunWithInputAsync(Manifests + ApiServer, "expand", "-f", "-", "-o", "yaml");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain("cidr: \"203.0.113.1/32\"");
        run.Output.ShouldNotContain("192.0.2.1");
    }
}
