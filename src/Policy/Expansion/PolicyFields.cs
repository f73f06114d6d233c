using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Palisade.Policy.Expansion;

/// <summary>The fields that a NetworkPolicy's spec uses, and what is left of it where an API server does not keep some of them.</summary>
public static partial class PolicyFields
{
    /// <summary>Paths of all fields that the spec sets, such as <c>spec.ingress[0].ports[1].endPort</c>. Keys of labels are no fields.</summary>
    public static IReadOnlyList<string> UsedBy(V1NetworkPolicySpec spec)
    {
        var wrapped = JsonSerializer.SerializeToNode(new() { Spec = spec }, ModelsJson.Contract<V1NetworkPolicy>())!;
        var fields = new List<string>();
        Collect(wrapped["spec"], "spec", fields);
        return fields;
    }

    /// <summary>The field that a path is one place of: the path without indexes, such as <c>spec.ingress[].ports[].endPort</c>.</summary>
    public static string FieldOf(string path) => Index().Replace(path, "[]");

    /// <summary>
    /// The spec without whatever would mean more when the fields at the given paths are taken out of it: ports and peers are left out, and with
    /// its last port or peer the rule, since without any it is open to everybody. Of a range of ports the first one stays. All pods that
    /// were isolated still are.
    /// </summary>
    /// <returns>Null when nothing narrower can be made: which pods are selected, and for which direction, must be kept.</returns>
    public static V1NetworkPolicySpec? Without(V1NetworkPolicySpec spec, IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(paths);
        var places = paths.Select(path => Place().Match(path)).ToList();
        if (places.Count == 0 || places.Exists(place => !place.Success))
        {
            return null;
        }

        return new V1NetworkPolicySpec
        {
            PodSelector = spec.PodSelector,
            PolicyTypes = [.. Directions.All.Where(direction => Directions.Isolates(spec, direction))],
            Ingress = Rules(
                spec.Ingress,
                In("ingress"),
                (rule, lost) =>
                    IsLeft(rule.FromProperty, "from", lost, (peer, _) => null, out var from)
                    && IsLeft(rule.Ports, "ports", lost, Narrower, out var ports)
                        ? new V1NetworkPolicyIngressRule { FromProperty = from, Ports = ports }
                        : null
            ),
            Egress = Rules(
                spec.Egress,
                In("egress"),
                (rule, lost) =>
                    IsLeft(rule.To, "to", lost, (peer, _) => null, out var to) && IsLeft(rule.Ports, "ports", lost, Narrower, out var ports)
                        ? new V1NetworkPolicyEgressRule { To = to, Ports = ports }
                        : null
            ),
        };

        List<Match> In(string direction) => places.FindAll(place => place.Groups["direction"].Value == direction);
    }

    /// <summary>The rules of a direction; those of which something is lost as they are made narrower, or not at all.</summary>
    private static List<T>? Rules<T>(IList<T>? rules, List<Match> lost, Func<T, List<Match>, T?> narrower)
        where T : class
    {
        if (rules is null || lost.Exists(place => !place.Groups["rule"].Success))
        {
            return null;
        }

        var left = new List<T>();
        for (var i = 0; i < rules.Count; i++)
        {
            var ofRule = lost.FindAll(place => IsAt(place, "rule", i));
            if (ofRule.Count == 0)
            {
                left.Add(rules[i]);
            }
            else if (ofRule.TrueForAll(place => place.Groups["list"].Success) && narrower(rules[i], ofRule) is { } rule)
            {
                left.Add(rule);
            }
        }

        return left.Count == 0 ? null : left;
    }

    /// <summary>What is left of the peers or ports of a rule; false when that is none, so that the rule must go.</summary>
    private static bool IsLeft<T>(IList<T>? items, string list, List<Match> lost, Func<T, List<Match>, T?> narrower, out IList<T>? left)
        where T : class
    {
        left = items;
        var ofList = lost.FindAll(place => place.Groups["list"].Value == list);
        if (ofList.Count == 0)
        {
            return true;
        }

        if (items is null || ofList.Exists(place => !place.Groups["item"].Success))
        {
            return false;
        }

        left =
        [
            .. items
                .Select(
                    (item, i) => ofList.FindAll(place => IsAt(place, "item", i)) is { Count: > 0 } ofItem ? narrower(item, ofItem) : item
                )
                .OfType<T>(),
        ];
        return left.Count > 0;
    }

    /// <summary>Of a range whose end is lost the first port; of a port of which anything else is lost nothing.</summary>
    private static V1NetworkPolicyPort? Narrower(V1NetworkPolicyPort port, List<Match> lost) =>
        lost.TrueForAll(place => place.Groups["field"].Value == "endPort")
            ? new V1NetworkPolicyPort { Protocol = port.Protocol, Port = port.Port }
            : null;

    private static bool IsAt(Match place, string group, int index) =>
        place.Groups[group].Value == index.ToString(CultureInfo.InvariantCulture);

    private static void Collect(JsonNode? node, string path, List<string> fields)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Collect(items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), fields);
            }
        }
        else if (node is JsonObject values)
        {
            foreach (var (name, value) in values)
            {
                fields.Add($"{path}.{name}");
                if (name != "matchLabels")
                {
                    Collect(value, $"{path}.{name}", fields);
                }
            }
        }
    }

    [GeneratedRegex(@"\[\d+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Index();

    [GeneratedRegex(
        @"^spec\.(?<direction>ingress|egress)(\[(?<rule>\d+)\](\.(?<list>from|to|ports)(\[(?<item>\d+)\](\.(?<field>.+))?)?)?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Place();
}
