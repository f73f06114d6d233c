using Palisade.Lab.Reachability;
using Palisade.Policy.Net;
using Spectre.Console;

namespace Palisade.Cli.Labs;

/// <summary>
/// Writes a matrix: a row for each source, a column for each destination, and in the cell a mark for each port of the destination,
/// in the order in which the destination's own row names them. Columns that do not fit on a line go into a further block.
/// </summary>
internal sealed class MatrixWriter(IAnsiConsole console)
{
    private readonly bool _unicode = console.Profile.Capabilities.Unicode;

    public void Write(ReachabilityMatrix matrix)
    {
        var endpoints = matrix.Endpoints;
        var names = endpoints.Max(endpoint => endpoint.Name.Length);
        var ports = endpoints.Max(endpoint => PortsOf(endpoint).Length);
        var label = endpoints.Count.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        var left = label + 1 + names + 2 + ports + 2;
        for (var begin = 0; begin < endpoints.Count; )
        {
            var columns = ColumnsFrom(endpoints, begin, label, left);
            WriteBlock(matrix, columns, (label, names, ports));
            begin += columns.Count;
        }
    }

    /// <summary>What the marks mean.</summary>
    public void WriteLegend(bool familiesDiffer)
    {
        console.MarkupLine(
            $"[grey]rows: who connects   columns: to whom, a mark for each port[/]   [green]{Open}[/] open   [red]{Closed}[/] not"
        );
        if (familiesDiffer)
        {
            console.MarkupLine("[yellow]4[/] over IPv4 only   [yellow]6[/] over IPv6 only");
        }
    }

    private string Open => _unicode ? "✓" : "o";

    private string Closed => _unicode ? "·" : ".";

    private List<Endpoint> ColumnsFrom(IReadOnlyList<Endpoint> endpoints, int begin, int label, int left)
    {
        var columns = new List<Endpoint>();
        var used = left - 1;
        foreach (var endpoint in endpoints.Skip(begin))
        {
            used += WidthOf(endpoint, label) + 1;
            if (columns.Count > 0 && used > console.Profile.Width)
            {
                break;
            }
            columns.Add(endpoint);
        }
        return columns;
    }

    private void WriteBlock(ReachabilityMatrix matrix, List<Endpoint> columns, (int Label, int Names, int Ports) widths)
    {
        var numbers = matrix
            .Endpoints.Select((endpoint, i) => (endpoint, Number: $"{i + 1}"))
            .ToDictionary(item => item.endpoint, item => item.Number);
        var heading = string.Join(' ', columns.Select(column => numbers[column].PadRight(WidthOf(column, widths.Label))));
        console.MarkupLine($"{new string(' ', widths.Label + 1 + widths.Names + 2 + widths.Ports + 2)}[bold]{heading.TrimEnd()}[/]");
        foreach (var from in matrix.Endpoints)
        {
            var cells = columns.Select(to => Cell(matrix, from, to, WidthOf(to, widths.Label)));
            var number = numbers[from].PadLeft(widths.Label);
            var line =
                $"[bold]{number}[/] {Markup.Escape(from.Name.PadRight(widths.Names))}  [grey]{PortsOf(from).PadRight(widths.Ports)}[/]  ";
            console.MarkupLine((line + string.Join(' ', cells)).TrimEnd());
        }
    }

    private string Cell(ReachabilityMatrix matrix, Endpoint from, Endpoint to, int width)
    {
        if (from == to)
        {
            return $"[grey]{(_unicode ? "–" : "-")}[/]" + new string(' ', width - 1);
        }
        var marks = to.Ports.Select(port =>
            matrix[from, to, port] switch
            {
                ReachabilityMark.Open => $"[green]{Open}[/]",
                ReachabilityMark.Closed => $"[red]{Closed}[/]",
                ReachabilityMark.OpenIPv4 => "[yellow]4[/]",
                ReachabilityMark.OpenIPv6 => "[yellow]6[/]",
                _ => " ",
            }
        );
        return string.Concat(marks) + new string(' ', width - to.Ports.Length);
    }

    private static int WidthOf(Endpoint endpoint, int label) => Math.Max(endpoint.Ports.Length, label);

    private static string PortsOf(Endpoint endpoint) => string.Join(' ', endpoint.Ports);
}

/// <summary>Who reaches whom, by source, destination and port, the families taken together.</summary>
internal sealed class ReachabilityMatrix
{
    private readonly ILookup<(Endpoint From, Endpoint To, ServedPort Port), (IpFamily Family, bool Open)> _paths;

    /// <summary>Makes a matrix of what is open.</summary>
    public ReachabilityMatrix(ReachabilityPlan plan, IEnumerable<KeyValuePair<ReachabilityPath, bool>> open)
    {
        Endpoints = plan.Endpoints;
        _paths = open.ToLookup(item => (item.Key.From, item.Key.To, item.Key.Port), item => (item.Key.Family, item.Value));
    }

    /// <summary>Rows and columns.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; }

    /// <summary>What to show.</summary>
    public ReachabilityMark this[Endpoint from, Endpoint to, ServedPort port]
    {
        get
        {
            var families = _paths[(from, to, port)].ToList();
            var open = families.Where(family => family.Open).Select(family => family.Family).ToList();
            return families.Count == 0 ? ReachabilityMark.None
                : open.Count == 0 ? ReachabilityMark.Closed
                : open.Count == families.Count ? ReachabilityMark.Open
                : open.Contains(IpFamily.IPv4) ? ReachabilityMark.OpenIPv4
                : ReachabilityMark.OpenIPv6;
        }
    }
}

/// <summary>What a matrix shows of one port between two endpoints.</summary>
internal enum ReachabilityMark
{
    /// <summary>Not tried.</summary>
    None,

    /// <summary>Refused in every family.</summary>
    Closed,

    /// <summary>Open in every family.</summary>
    Open,

    /// <summary>Open over IPv4 only.</summary>
    OpenIPv4,

    /// <summary>Open over IPv6 only.</summary>
    OpenIPv6,
}
