using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Webhook.Bench;

/// <summary>The histogram palisade_webhook_request_duration_seconds: what the program itself measured.</summary>
internal sealed partial record DurationHistogram(IReadOnlyList<(double Bound, double Count)> Buckets)
{
    public static DurationHistogram Parse(string metrics) =>
        new([
            .. Bucket()
                .Matches(metrics)
                .Select(match =>
                    (Number(match.Groups["bound"].Value), double.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture))
                ),
        ]);

    /// <summary>What was measured since an earlier reading.</summary>
    public DurationHistogram Since(DurationHistogram earlier) =>
        earlier.Buckets.Count == 0 ? this : new([.. Buckets.Zip(earlier.Buckets, (now, before) => (now.Bound, now.Count - before.Count))]);

    /// <summary>Share of the requests that took at most so many seconds.</summary>
    public double ShareWithin(double bound) => Buckets.First(bucket => bucket.Bound >= bound).Count / Buckets[^1].Count;

    /// <summary>The smallest bucket that holds this share of the requests, in ms.</summary>
    public double Quantile(double share) => Buckets.First(bucket => bucket.Count >= share * Buckets[^1].Count).Bound * 1000;

    private static double Number(string bound) =>
        bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """palisade_webhook_request_duration_seconds_bucket\{kind="ClusterNetworkPolicy",le="(?<bound>[^"]+)"\} (?<count>\d+)"""
    )]
    private static partial Regex Bucket();
}
