namespace Palisade.Cli.Tests.Explain;

/// <summary>What names an end, and what is wrong with what does not.</summary>
public sealed class ExplainEndTests
{
    private const string Cluster = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: db, namespace: x}, spec: {template: {metadata: {labels: {app: proxy}}, spec: {containers: [{name: c}]}}}}
        ---
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: x}, spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c}]}}}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: 10.20.30.400, namespace: x}}
        """;

    [Theory]
    [InlineData("x/deploy/db", "x/db-deployment-0 to x/db-0,")]
    [InlineData("x/sts/db", "x/db-0 to x/db-0,")]
    [InlineData("x/statefulsets/db", "x/db-0 to x/db-0,")]
    [InlineData("x/db-deployment-0", "x/db-deployment-0 to x/db-0,")]
    [InlineData("x/10.20.30.400", "x/10.20.30.400 to x/db-0,")]
    public async Task Explain_EndNamedByKind_IsThePodOfThatWorkload(string from, string expected)
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "explain", "-f", "-", "--from", from, "--to", "x/db-0:80");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Output.ShouldStartWith(expected);
    }

    [Theory]
    [InlineData("x/db", "there are 2 workloads x/db: write x/deployment/db or x/statefulset/db")]
    [InlineData("300.1.1.1", "\"300.1.1.1\" is not an IP address: octets must be at most 255")]
    [InlineData(
        "010.0.0.1",
        "\"010.0.0.1\" is not an IP address: octets must not have leading zeros, which may be read as octal: write 10.0.0.1"
    )]
    [InlineData("::ffff:10.0.0.1", "\"::ffff:10.0.0.1\" is not an IP address: it is an IPv4-mapped IPv6 address: write 10.0.0.1")]
    [InlineData("fe80::1%eth0", "\"fe80::1%eth0\" is not an IP address: it must not name a zone: write fe80::1")]
    [InlineData("10.1.2", "\"10.1.2\" is not an IP address: it must have four octets")]
    [InlineData("0x0a.0.0.1", "\"0x0a.0.0.1\" is not an IP address: octets must be decimal")]
    [InlineData("fe80:::1", "\"fe80:::1\" is not an IP address: an IPv6 address is for example 2001:db8::1")]
    public async Task Explain_EndThatIsNone_SaysWhatIsWrongWithIt(string from, string expected)
    {
        var run = await CliRun.RunWithInputAsync(Cluster, "explain", "-f", "-", "--from", from, "--to", "x/db-0:80");

        run.ShouldBe(new CliRun(ExitCode.Usage, "", $"kubectl palisade: --from: {expected}\n"));
    }
}
