using System.Reflection;
using System.Text;
using Palisade.Cli.Manifests;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Rendering;
using Palisade.Dataplane.Tests.Model;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests;

/// <summary>
/// The policies of the public documentation, and a few more: what node-a's kernel is given for them, and who reaches whom then.
/// PALISADE_UPDATE_GOLDEN=1 rewrites the files; read the difference before committing.
/// </summary>
public sealed class GoldenTests
{
    private static readonly string Folder = typeof(GoldenTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Testdata")
        .Value!;

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        Directory
            .GetDirectories(Folder)
            .Select(path => new TheoryDataRow<string>(Path.GetFileName(path)))
            .OrderBy(row => row.Data, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Compile_Case_GivesItsRulesAndMatrix(string name)
    {
        var snapshot = await ReadAsync(name);
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);

        var text = PlanRenderer.Render(PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default), kernel);

        ShouldMatch(text, name, "rules.golden");
        ShouldMatch(Matrix(snapshot, kernel), name, "matrix.golden");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Compile_EverythingInAnotherOrder_GivesTheSame(string name)
    {
        var snapshot = await ReadAsync(name);
        var reversed = snapshot with
        {
            Namespaces = [.. snapshot.Namespaces.Reverse()],
            Pods = [.. snapshot.Pods.Reverse()],
            Policies = [.. snapshot.Policies.Reverse()],
            Nodes = [.. snapshot.Nodes.Reverse()],
        };

        Render(reversed).ShouldBe(Render(snapshot));
    }

    private static string Render(ClusterSnapshot snapshot) =>
        PlanRenderer.Render(
            PolicyCompiler.Compile(snapshot, "node-a", DataplaneOptions.Default),
            KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6)
        );

    private static async Task<ClusterSnapshot> ReadAsync(string name)
    {
        string[] paths = [Path.Combine(Folder, "base.yaml"), Path.Combine(Folder, name, "policy.yaml")];
        var set = await ManifestReader.ReadAsync(paths, TextReader.Null, TestContext.Current.CancellationToken);
        set.Errors.ShouldBeEmpty();
        return new ClusterSnapshot
        {
            Namespaces = [.. set.Objects<V1Namespace>().Select(NamespaceFacts.From)],
            Pods = [.. set.Objects<V1Pod>().Select(PodFacts.From)],
            Policies = [.. set.Objects<V1NetworkPolicy>().Select(PolicyFacts.From)],
            Nodes = [.. set.Objects<V1Node>().Select(NodeFacts.From)],
        };
    }

    /// <summary>What node-a lets pass, a line for each pair and each port that a case is about.</summary>
    private static string Matrix(ClusterSnapshot snapshot, KernelState kernel)
    {
        var (model, evaluator) = (new KernelModel(kernel), new NaiveEvaluator(snapshot, "node-a"));
        (string Name, string Address)[] ends =
        [
            ("db", "10.244.1.2"),
            ("frontend", "10.244.1.3"),
            ("client", "10.244.2.2"),
            ("unknown", "10.244.1.77"),
            ("outside", "198.51.100.7"),
            ("block", "172.17.0.5"),
            ("except", "172.17.1.5"),
            ("metadata", "169.254.169.254"),
            ("db6", "fd00:10:244:1::2"),
            ("client6", "fd00:10:244:2::2"),
            ("outside6", "2001:db8::7"),
        ];
        (string Name, byte Protocol, int Port)[] ports =
        [
            ("tcp/6379", Packet.Tcp, 6379),
            ("tcp/6380", Packet.Tcp, 6380),
            ("tcp/32000", Packet.Tcp, 32000),
            ("tcp/6", Packet.Tcp, 6),
            ("tcp/40", Packet.Tcp, 40),
            ("udp/53", Packet.Udp, 53),
            ("sctp/3868", Packet.Sctp, 3868),
        ];
        var text = new StringBuilder();
        foreach (var (from, to) in from f in ends from t in ends where f != t select (f, t))
        {
            var (source, destination) = (IpAddress.Parse(from.Address), IpAddress.Parse(to.Address));
            if (
                source.Family != destination.Family
                || !(from.Name.StartsWith("db", StringComparison.Ordinal) || to.Name.StartsWith("db", StringComparison.Ordinal))
            )
            {
                continue;
            }

            var open = new List<string>();
            foreach (var (port, protocol, number) in ports)
            {
                var packet = new Packet(source, destination, protocol, number);
                model.Passes(packet).ShouldBe(evaluator.Allows(packet), packet.ToString());
                open.AddRange(model.Passes(packet) ? [port] : []);
            }

            text.Append(
                $"{from.Name} -> {to.Name}: {(open.Count == ports.Length ? "all" : open.Count == 0 ? "nothing" : string.Join(' ', open))}\n"
            );
        }

        return text.ToString();
    }

    private static void ShouldMatch(string actual, string name, string file)
    {
        var path = Path.Combine(Folder, name, file);
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        actual.ShouldBe(File.ReadAllText(path), $"{path} (PALISADE_UPDATE_GOLDEN=1 rewrites it)");
    }
}
