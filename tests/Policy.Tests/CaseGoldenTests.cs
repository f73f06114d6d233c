using System.Text.Json.Nodes;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Tests;

/// <summary>
/// Whole clusters: what their custom resources stamp where, and who then reaches whom. A case is a directory of tests/Testdata with a cluster.yaml.
/// </summary>
public sealed class CaseGoldenTests
{
    private static readonly string[] Outside = ["203.0.113.7", "203.0.113.200", "2001:db8::7"];

    public static TheoryData<string> Cases =>
        [
            .. Directory
                .GetDirectories(Golden.Testdata)
                .Where(d => Path.GetFileName(d) != "findings" && File.Exists(Path.Combine(d, "cluster.yaml")))
                .Select(d => Path.GetFileName(d)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Expand_Case_StampsExactlyThis(string name)
    {
        var (_, text, _) = Read(name);
        Golden.ShouldMatch(Path.Combine(Golden.Testdata, name, "expanded.golden"), text);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluate_Case_LetsExactlyThisPass(string name)
    {
        var (snapshot, _, _) = Read(name);
        var evaluator = new VerdictEvaluator(snapshot);
        var pods = snapshot.Pods.Select(p => (End: TrafficEnd.Pod(p.Namespace, p.Name), Pod: p));
        var nodes = snapshot.Nodes.SelectMany(n => n.InternalAddresses);
        var sources = pods.Select(p => p.End).Concat(nodes.Concat(Outside.Select(IpAddress.Parse)).Select(TrafficEnd.From)).ToList();
        var lines = new List<string>();
        foreach (var (to, pod) in pods)
        {
            foreach (var port in pod.Ports)
            {
                foreach (var family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
                {
                    lines.AddRange(
                        sources
                            .Select(from => Line(evaluator, new(from, to, port.Protocol, port.Number) { Family = family }))
                            .OfType<string>()
                    );
                }
            }
        }

        Golden.ShouldMatch(Path.Combine(Golden.Testdata, name, "verdicts.golden"), string.Concat(lines));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Expand_CaseReordered_StampsTheSame(string name)
    {
        var (_, text, objects) = Read(name);
        Expand([.. objects.Reverse()]).Text.ShouldBe(text);
    }

    private static string? Line(VerdictEvaluator evaluator, Connection connection)
    {
        var verdict = evaluator.Evaluate(connection);
        if (verdict.Reason == VerdictReason.NoCommonFamily)
        {
            return null;
        }

        var why =
            verdict.Reason == VerdictReason.Policies
                ? $"egress {Explain(verdict.Egress)}; ingress {Explain(verdict.Ingress)}"
                : $"{verdict.Reason}";
        return $"{(verdict.Allowed ? "allow" : "deny ")} {connection.Source} -> {connection.Destination} {connection.Family} {connection.Protocol} {connection.Port}: {why}\n";
    }

    private static string Explain(DirectionVerdict verdict) =>
        !verdict.IsIsolated ? "not isolated"
        : verdict.AllowedBy.IsEmpty ? $"isolated by {string.Join(", ", verdict.IsolatedBy)}"
        : $"allowed by {string.Join(", ", verdict.AllowedBy)}";

    private static (ClusterSnapshot Snapshot, string Text, IReadOnlyList<object> Objects) Read(string name)
    {
        var objects = Yaml.ReadAll(File.ReadAllText(Path.Combine(Golden.Testdata, name, "cluster.yaml")));
        var (stamped, text) = Expand(objects);
        var snapshot = new ClusterSnapshot
        {
            Namespaces = [.. objects.OfType<V1Namespace>().Select(NamespaceFacts.From)],
            Pods = [.. objects.OfType<V1Pod>().Select(PodFacts.From)],
            Nodes = [.. objects.OfType<V1Node>().Select(NodeFacts.From)],
            Policies = [.. objects.OfType<V1NetworkPolicy>().Concat(stamped).Select(PolicyFacts.From)],
        };
        return (snapshot, text, objects);
    }

    private static (IReadOnlyList<V1NetworkPolicy> Stamped, string Text) Expand(IReadOnlyList<object> objects)
    {
        var namespaces = objects.OfType<V1Namespace>().Select(NamespaceFacts.From).OrderBy(n => n.Name, StringComparer.Ordinal).ToList();
        var context = new ExpansionContext
        {
            Nodes = [.. objects.OfType<V1Node>().Select(NodeFacts.From)],
            Entities = ClusterEntities.Discover(objects.OfType<V1Service>(), objects.OfType<V1Endpoints>(), namespaces),
        };
        var results = new List<ExpansionResult>();
        foreach (var policy in objects.OfType<ClusterNetworkPolicy>().OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            results.AddRange(
                namespaces
                    .Where(NamespaceSelection.From(policy, context.OwnNamespace).Matches)
                    .Select(n => PolicyExpander.Expand(policy, n, context))
            );
        }

        foreach (var profile in objects.OfType<DefaultDenyProfile>().OrderBy(p => p.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.From(profile, context.OwnNamespace);
            results.AddRange(namespaces.Where(selection.Matches).Select(n => PolicyExpander.Expand(profile, n, context)));
        }

        results.ShouldAllBe(r => r.Unresolved.IsEmpty);
        var stamped = results.Select(r => r.Policy).OfType<V1NetworkPolicy>().ToList();
        return (stamped, new JsonArray([.. stamped.Select(s => JsonNode.Parse(Yaml.ToText(s)))]).ToJsonString(Yaml.Indented) + "\n");
    }
}
