using System.Globalization;
using System.Text;

namespace Palisade.Hosting;

/// <summary>One series: a number, and for a histogram how many values fell under each bound.</summary>
internal sealed class MetricSeries(IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count];
    private double _value;
    private long _count;

    public void Record(double measured, bool adds)
    {
        _value = adds ? _value + measured : measured;
        _count++;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (measured <= bounds[i])
            {
                _buckets[i]++;
            }
        }
    }

    public void WriteValue(StringBuilder text, string name, string labels) => WriteLine(text, name, labels, MetricNames.Number(_value));

    public void WriteHistogram(StringBuilder text, string name, string labels)
    {
        var separator = labels.Length == 0 ? "" : ",";
        for (var i = 0; i < _buckets.Length; i++)
        {
            WriteLine(text, $"{name}_bucket", $"{labels}{separator}le=\"{MetricNames.Number(bounds[i])}\"", Whole(_buckets[i]));
        }

        WriteLine(text, $"{name}_bucket", $"{labels}{separator}le=\"+Inf\"", Whole(_count));
        WriteLine(text, $"{name}_sum", labels, MetricNames.Number(_value));
        WriteLine(text, $"{name}_count", labels, Whole(_count));
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteLine(StringBuilder text, string name, string labels, string number)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(number).Append('\n');
    }
}
