using System.Globalization;
using Palisade.Operator.Bench;

if (args is not [var report])
{
    await Console.Error.WriteLineAsync("usage: Palisade.Operator.Bench REPORT");
    return 2;
}

await using var run = await ScaleRun.StartAsync(Asked("NAMESPACES", 10_000));
await File.WriteAllTextAsync(report, await run.MeasureAsync(Asked("ROUNDS", 10)));
return 0;

static int Asked(string what, int usual) =>
    Environment.GetEnvironmentVariable($"PALISADE_BENCH_{what}") is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : usual;
