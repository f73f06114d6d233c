using System.Globalization;
using System.Text;

namespace Palisade.Cli.Tests.Labs;

/// <summary>Addresses that clusters have and policies name: the lab can be built with them, or says in one line why not. All of it measured.</summary>
public sealed class LabAddressTests
{
    private const string TwoPods = """
        {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: w}, spec: {nodeName: n1, containers: [{name: c, ports: [{containerPort: 80}]}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: w}, spec: {nodeName: n2, containers: [{name: c, ports: [{containerPort: 80}]}]}}

        """;

    private static readonly string[] Unreachable =
    [
        "127.0.0.0/8",
        "127.0.0.1/32",
        "0.0.0.0/8",
        "0.0.0.0/32",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::1/128",
        "::/128",
        "::/8",
        "fe80::/10",
        "fe80::1/128",
        "ff00::/8",
        "ff02::1/128",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lab_BlocksThatNoHostCanBeIn_AreSaidAndTheRestIsMeasured(bool asExceptions)
    {
        var four = Unreachable.Where(block => !block.Contains(':', StringComparison.Ordinal));
        var six = Unreachable.Where(block => block.Contains(':', StringComparison.Ordinal));
        var peers = asExceptions
            ? [Peer("0.0.0.0/0", Quote(four)), Peer("::/0", Quote(six))]
            : Unreachable.Select(block => $"{{ipBlock: {{cidr: \"{block}\"}}}}");

        var run = await MeasureAsync($"{TwoPods}---\n{Egress(string.Join(", ", peers))}");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldContain(
            "not measured: no host can have an address of 0.0.0.0/8, 0.0.0.0/32, 127.0.0.0/8, 127.0.0.1/32 and 9 more\n"
        );
        run.Output.ShouldContain("outside 169.254.169.254");
        run.Output.ShouldContain("outside 64:ff9b::1");
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Lab_RandomBlocks_MeasuresWhatIsComputed(int seed)
    {
        var random = new Random(seed);
        var peers = Enumerable
            .Range(0, 12)
            .Select(_ =>
            {
                var length = random.Next(0, 33);
                var address = length == 0 ? 0 : (uint)random.NextInt64(1L << 32) & (uint.MaxValue << (32 - length));
                return Peer($"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{length}", "");
            });

        var run = await MeasureAsync($"{TwoPods}---\n{Egress(string.Join(", ", peers))}");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
    }

    [Fact]
    public async Task Lab_DualStackPodsOnNodesOfOneFamily_GivesTheNodesAnAddressAndSaysSo()
    {
        var nodes =
            Node("n1", "10.244.1.0/24, \"fd00:10:244:1::/64\"", "192.168.7.1")
            + Node("n2", "10.244.2.0/24, \"fd00:10:244:2::/64\"", "192.168.7.2");

        var run = await MeasureAsync(nodes + TwoPods);

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldStartWith("made up: IPv6 addresses of nodes that report none: n1 2001:2::1, n2 2001:2::2\n");
    }

    [Fact]
    public async Task Lab_NodesThatReportTheSameAddress_GivesThemTheirOwnAndSaysSo()
    {
        var run = await MeasureAsync(Node("n1", "10.244.1.0/24", "10.0.2.15") + Node("n2", "10.244.2.0/24", "10.0.2.15") + TwoPods);

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldStartWith("made up: IPv4 addresses of nodes that report the same one: n1 198.18.0.1, n2 198.18.0.2\n");
    }

    [Theory]
    [InlineData("203.0.113.10", "203.0.113.11", "10.1.0.0/24", "10.1.1.0/24")]
    [InlineData("192.168.0.1", "192.168.0.2", "203.0.113.0/25", "203.0.113.128/25")]
    public async Task Lab_TheClusterHasTheUsualAddressOutside_TakesAnother(string address1, string address2, string range1, string range2)
    {
        var run = await MeasureAsync(Node("n1", range1, address1) + Node("n2", range2, address2) + TwoPods);

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Output.ShouldContain("outside 198.51.100.10");
        run.Output.ShouldNotContain("outside 203.0.113.10");
    }

    [Fact]
    public async Task Lab_AddressOfAFinishedPodGivenToARunningOne_IsTheRunningOnes()
    {
        var run = await MeasureAsync(
            Node("n1", "10.51.5.0/24", "192.168.7.1")
                + Given("batch", "job", "n1", "10.51.5.17", "Succeeded")
                + Given("batch", "evicted", "gone", "10.51.5.17", "Failed")
                + Given("web", "app", "n1", "10.51.5.17", "Running")
                + Given("web", "cli", "n1", "10.51.5.18", "Running")
                + "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: batch}, spec: {podSelector: {}}}\n"
        );

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldStartWith("... building 1 node and 2 pods as network namespaces\n");
        run.Output.ShouldContain("web/app");
        run.Output.ShouldNotContain("batch/");
    }

    // As kubectl get pods,netpol -A -o yaml gives them: nodes and pod ranges are elsewhere, and the plugin hands out addresses from all over.
    [Fact]
    public async Task Lab_DumpWithoutNodes_MeasuresWhateverTheAddressesAre()
    {
        var run = await MeasureAsync(
            Given("w", "a", "worker-1", "192.168.77.129", "Running", "10.9.9.1")
                + Given("w", "b", "worker-1", "192.168.77.130", "Running", "10.9.9.1")
                + Given("w", "c", "worker-2", "192.168.77.131", "Running", "10.9.9.2")
                + Given("w", "d", "worker-3", "10.244.1.1", "Running", "10.9.9.3")
                + Given("w", "e", "worker-3", "10.244.2.0", "Running", "10.9.9.3")
                + "{apiVersion: v1, kind: Pod, metadata: {name: f, namespace: w}, spec: {nodeName: worker-1}}\n---\n"
                + Deny
        );

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldContain("... building 3 nodes and 6 pods as network namespaces\n");
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
    }

    [Fact]
    public async Task Lab_PodsOutsideOfTheirNodesRange_MeasuresAndNamesTheMadeUpNode()
    {
        var run = await MeasureAsync(
            Node("n1", "10.244.1.0/24", "10.0.1.5")
                + Node("n2", "10.244.2.0/24", "10.0.2.5")
                + Given("w", "a", "n1", "10.9.2.9", "Running")
                + Given("w", "b", "n2", "10.9.1.9", "Running")
                + Given("w", "c", "mars", "10.0.1.77", "Running")
                + Deny
        );

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Error.ShouldStartWith("made up: nodes that only pods name: mars\n");
    }

    [Fact]
    public async Task Lab_BlockThatIsAServicesAddress_ShowsNoHostThere()
    {
        var run = await MeasureAsync(
            "{apiVersion: v1, kind: Service, metadata: {name: db, namespace: w}, spec: {clusterIP: 10.96.7.7, selector: {app: b}, ports: [{port: 80}]}}\n---\n"
                + TwoPods
                + "---\n"
                + Egress(Peer("10.96.7.7/32", ""))
        );

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Output + run.Error);
        run.Output.ShouldNotContain("10.96.7.7");
        run.Error.ShouldStartWith(
            "not measured: 10.96.7.7/32 is the address of Service w/db; connections to it are judged by the pods behind the Service\n"
        );
    }

    // More than one message of iptables-nft may have in a user namespace: the lab takes iptables-legacy then.
    [Fact]
    public async Task Lab_MoreRulesThanOneMessageHolds_AreWrittenAllTheSame()
    {
        var input = new StringBuilder(TwoPods);
        for (var i = 0; i < 400; i++)
        {
            input.Append(
                CultureInfo.InvariantCulture,
                $"---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: p{i}, namespace: w}}, spec: {{podSelector: {{}}, ingress: [{{from: [{{ipBlock: {{cidr: 20.0.{i % 250}.0/24}}}}], ports: [{{port: {1000 + i}}}]}}]}}}}\n"
            );
        }

        var run = await MeasureAsync(input.ToString());

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
    }

    private const string Deny =
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: w}, spec: {podSelector: {matchLabels: {app: a}}}}\n";

    private static Task<CliRun> MeasureAsync(string input) => CliRun.RunWithInputAsync(input, "lab", "--measure", "always", "-f", "-");

    private static string Node(string name, string ranges, string address) =>
        $"{{apiVersion: v1, kind: Node, metadata: {{name: {name}}}, spec: {{podCIDRs: [{ranges}]}}, "
        + $"status: {{addresses: [{{type: InternalIP, address: {address}}}]}}}}\n---\n";

    private static string Given(string inNamespace, string name, string node, string address, string phase, string? host = null) =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {inNamespace}, labels: {{app: {name}}}}}, "
        + $"spec: {{nodeName: {node}, containers: [{{name: c, ports: [{{containerPort: 80}}]}}]}}, "
        + $"status: {{phase: {phase}, podIP: {address}, podIPs: [{{ip: {address}}}]{(host is null ? "" : $", hostIP: {host}")}}}}}\n---\n";

    private static string Egress(string peers) =>
        $"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: e, namespace: w}}, spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{{to: [{peers}]}}]}}}}\n";

    private static string Peer(string cidr, string except) =>
        except.Length == 0 ? $"{{ipBlock: {{cidr: \"{cidr}\"}}}}" : $"{{ipBlock: {{cidr: \"{cidr}\", except: [{except}]}}}}";

    private static string Quote(IEnumerable<string> blocks) => string.Join(", ", blocks.Select(block => $"\"{block}\""));
}
