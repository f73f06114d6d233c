namespace Palisade.Cli.Tests.Labs;

public sealed class LabCommandTests
{
    private const string TwoPods = """
        {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a}}, spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: b, labels: {app: b}}, spec: {containers: [{name: b, ports: [{containerPort: 80}]}]}}
        ---

        """;

    public static TheoryData<string> Invalid =>
        [.. Directory.GetFiles(Samples.Invalid).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Lab_Shop_MeasuresWhatThePoliciesSay()
    {
        var run = await CliRun.RunAsync("lab", "--measure", "always", "-f", Samples.Shop);

        run.Error.ShouldBe(
            """
            ... building 2 nodes and 8 pods as network namespaces
            ... trying every connection, without policies
            ... writing the rules on every node
            ... trying every connection again

            """
        );
        run.Output.ShouldContain("5 cluster-wide policies stamped 14 NetworkPolicies into 4 namespaces.");
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 80);
    }

    [Fact]
    public async Task Lab_ShopNotMeasured_ShowsTheComputedMatrix()
    {
        var run = await CliRun.RunAsync("lab", "--measure", "never", "-f", Samples.Shop);

        run.Error.ShouldBeEmpty();
        run.Output.ShouldBe(
            """

            Who reaches whom, computed from 14 NetworkPolicies (not measured)
                                                 1  2  3  4  5  6  7  8  9  10 11
             1 acme-data/db           5432 9187  –  ·· ·  ·· ·· ·  ✓✓ ·  ·  ·  ·
             2 acme-web/api           8080 9090  ✓· –  ·  ·· ·· ·  ✓✓ ·  ·  ·  ·
             3 acme-web/frontend      8080       ·· ✓· –  ·· ·· ·  ✓✓ ·  ·  ·  ·
             4 globex-data/db         5432 9187  ·· ·· ·  –  ·· ·  ✓✓ ·  ·  ·  ·
             5 globex-web/api         8080 9090  ·· ·· ·  ✓· –  ·  ✓✓ ·  ·  ·  ·
             6 globex-web/frontend    8080       ·· ·· ·  ·· ✓· –  ✓✓ ·  ·  ·  ·
             7 kube-system/dns        53 53/udp  ·· ·· ·  ·· ·· ·  –  ✓  ✓  ✓  ✓
             8 monitoring/prometheus  9090       ·✓ ·✓ ·  ·✓ ·✓ ·  ✓✓ –  ✓  ✓  ✓
             9 outside 203.0.113.10   443        ·· ·· ✓  ·· ·· ✓  ✓✓ ✓  –
            10 outside 2001:db8::10   443        ·· ·· ✓  ·· ·· ✓  ✓✓ ✓     –
            11 outside 198.51.100.1   443        ·· ·· ·  ·· ·· ·  ✓✓ ✓        –
            rows: who connects   columns: to whom, a mark for each port   ✓ open   · not

            What is open to and from closed pods, and what opened it
            from                   to                   port       let out by  let in by
            acme-data/db           kube-system/dns      53 53/udp  baseline    -
            acme-web/api           acme-data/db         5432       api         database
            acme-web/api           kube-system/dns      53 53/udp  baseline    -
            acme-web/frontend      acme-web/api         8080       frontend    api
            acme-web/frontend      kube-system/dns      53 53/udp  baseline    -
            globex-data/db         kube-system/dns      53 53/udp  baseline    -
            globex-web/api         globex-data/db       5432       api         database
            globex-web/api         kube-system/dns      53 53/udp  baseline    -
            globex-web/frontend    globex-web/api       8080       frontend    api
            globex-web/frontend    kube-system/dns      53 53/udp  baseline    -
            monitoring/prometheus  acme-data/db         9187       -           metrics
            monitoring/prometheus  acme-web/api         9090       -           metrics
            monitoring/prometheus  globex-data/db       9187       -           metrics
            monitoring/prometheus  globex-web/api       9090       -           metrics
            outside 203.0.113.10   acme-web/frontend    8080       -           frontend
            outside 203.0.113.10   globex-web/frontend  8080       -           frontend
            outside 2001:db8::10   acme-web/frontend    8080       -           frontend
            outside 2001:db8::10   globex-web/frontend  8080       -           frontend

            """
        );
        run.ExitCode.ShouldBe(ExitCode.Clean);
    }

    [Fact]
    public async Task Lab_StandardInputWithAPolicyOfOneFamily_MarksTheFamily()
    {
        const string Policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: b}
            spec:
              podSelector: {matchLabels: {app: b}}
              ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16}}]}]
            """;

        var run = await CliRun.RunWithInputAsync(TwoPods + Policy, "lab", "-f", "-");

        run.Output.ShouldMatch("1 default/a +80 +– 4 ✓ ✓");
        run.Output.ShouldContain("4 over IPv4 only");
        run.ExitCode.ShouldBe(ExitCode.Clean);
    }

    // What the documentation of NetworkPolicy shows: peers of every kind in one rule, an exception, ports by name and in a range.
    [Fact]
    public async Task Lab_PoliciesWrittenByHand_MeasuresWhatTheySay()
    {
        var run = await CliRun.RunAsync("lab", "--measure", "always", "-f", "tests/Testdata/cli/lab");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldContain("\n2 NetworkPolicies written by hand.\n");
        var after = run.Output[run.Output.IndexOf("After:", StringComparison.Ordinal)..];
        Golden.ShouldMatch(after[..after.IndexOf("What is open", StringComparison.Ordinal)], "lab.txt");
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
    }

    [Fact]
    public async Task Lab_NoPolicies_EverythingIsOpen()
    {
        var run = await CliRun.RunWithInputAsync(TwoPods, "lab", "-f", "-");

        run.Output.ShouldContain("\nNo policies.\n");
        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldContain("The kernel lets through exactly what the policies say.");
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Lab_InvalidSample_IsRefusedWithLinesAndCodes(string file)
    {
        var run = await CliRun.RunAsync("lab", "-f", Path.Join(Samples.Invalid, file));

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Output.ShouldBeEmpty();
        var lines = run.Error.TrimEnd().Split('\n');
        lines[0].ShouldMatch($"{file}:2:1: (ClusterNetworkPolicy|NetworkPolicy) \".*\" is invalid \\([0-9]+ errors?\\):$");
        lines[1..].ShouldAllBe(line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^  line [0-9]+: spec\..* \[PAL[0-9]{3}\]$"));
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: 7}", "-:3:18: metadata.name: 7: must be a string: write \"7\"\n")]
    [InlineData("a: [", "-:2:1: no valid YAML: while parsing a node, did not find expected node content\n")]
    [InlineData("", "-: no Kubernetes object that Palisade reads\n")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: a}}", "-: no pods found\n")]
    public async Task Lab_BadInput_SaysWhereAndExits2(string input, string expected)
    {
        var run = await CliRun.RunWithInputAsync(input, "lab", "-f", "-");

        run.ShouldBe(new CliRun(ExitCode.Usage, "", expected));
    }

    [Fact]
    public async Task Lab_MissingFile_SaysSo()
    {
        var run = await CliRun.RunAsync("lab", "-f", "/nowhere/at/all");

        run.ShouldBe(new CliRun(ExitCode.Usage, "", "/nowhere/at/all: no such file or directory\n"));
    }
}
