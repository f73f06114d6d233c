using System.Text.RegularExpressions;

namespace Palisade.CrdGenerator.Tests;

/// <summary>
/// The API server refuses a definition whose CEL rules could cost too much: for each rule, its estimated cost times the greatest number
/// of places it can stand in. No server with CEL is at hand in these tests, so they hold an estimate that errs upwards.
/// </summary>
public sealed partial class RuleCostTests
{
    private const long RuleLimit = 10_000_000;
    private const long DefinitionLimit = 100_000_000;

    public static TheoryData<string> Kinds => [.. Definitions.All.Select(definition => definition.Entity.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rules_AtTheBoundsOfAllLists_StayWithinTheBudget(string kind)
    {
        var costs = Costs(Definitions.All.Single(definition => definition.Entity.Kind == kind).Schema, 1, "").ToList();

        costs.Where(cost => cost.Cost > RuleLimit).ShouldBeEmpty();
        costs.Sum(cost => cost.Cost).ShouldBeLessThan(DefinitionLimit);
    }

    [Theory]
    [InlineData("!has(self.endPort) || has(self.port)", 5)]
    [InlineData("self.operator == 'In'", 3)]
    [InlineData("size(self.values) > 0", 4)]
    public void Estimate_Rule_IsNoLessThanTheServers(string rule, long cost) => Estimate(rule).ShouldBeGreaterThanOrEqualTo(cost);

    private static IEnumerable<(string Path, string Rule, long Cost)> Costs(FieldSchema schema, long places, string path)
    {
        foreach (var (rule, _) in schema.Rules)
        {
            yield return (path, rule, places * Estimate(rule));
        }

        var children = schema.Properties.Select(property => (property.Value, places, Path: $"{path}.{property.Key}"));
        children = schema.Items is { } items ? children.Append((items, places * schema.MaxItems!.Value, $"{path}[]")) : children;
        foreach (var (child, childPlaces, childPath) in children)
        {
            foreach (var cost in Costs(child, childPlaces, childPath))
            {
                yield return cost;
            }
        }
    }

    // The server counts 1 for each variable and for each field read, and 1 for each operator or function on short values.
    private static long Estimate(string rule) => Units().Count(rule);

    [GeneratedRegex(@"\bself\b|\.\w+|==|!=|[<>]=?|&&|\|\||!|\+|\bin\b|\?|\bsize\b")]
    private static partial Regex Units();
}
