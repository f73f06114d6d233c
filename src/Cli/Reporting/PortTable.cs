using System.Text.Json.Nodes;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Reporting;

/// <summary>Sets of ports by number, each once; 0 is the empty one, 1 every port.</summary>
internal sealed class PortTable
{
    private readonly Dictionary<PortSet, int> _numbers = new() { [PortSet.Empty] = 0, [PortSet.All] = 1 };

    /// <summary>Number of the set.</summary>
    public int this[PortSet ports]
    {
        get
        {
            if (!_numbers.TryGetValue(ports, out var number))
            {
                _numbers[ports] = number = _numbers.Count;
            }
            return number;
        }
    }

    /// <summary>The sets as people write them, by number.</summary>
    public JsonArray ToJson() => [.. _numbers.OrderBy(item => item.Value).Select(item => JsonValue.Create(item.Key.ToString()))];
}
