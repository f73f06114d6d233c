using System.Globalization;
using Palisade.Webhook.Bench;

if (args is not [var report])
{
    await Console.Error.WriteLineAsync("usage: Palisade.Webhook.Bench REPORT");
    return 2;
}

var asked = Environment.GetEnvironmentVariable("PALISADE_BENCH_SECONDS");
var duration = TimeSpan.FromSeconds(asked is { Length: > 0 } ? int.Parse(asked, CultureInfo.InvariantCulture) : 60);
await File.WriteAllTextAsync(report, await WebhookReport.MeasureAsync(duration));
return 0;
