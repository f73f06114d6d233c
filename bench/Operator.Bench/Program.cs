using System.Globalization;
using Palisade.Operator.Bench;

if (args is not [var report])
{
    await Console.Error.WriteLineAsync("usage: Palisade.Operator.Bench REPORT");
    return 2;
}

var asked = Environment.GetEnvironmentVariable("PALISADE_BENCH_NAMESPACES");
var namespaces = asked is { Length: > 0 } ? int.Parse(asked, CultureInfo.InvariantCulture) : 10_000;
await using var run = await ScaleRun.StartAsync(namespaces);
await File.WriteAllTextAsync(report, await run.MeasureAsync());
return 0;
