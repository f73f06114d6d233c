namespace Palisade.Cli.Explain;

/// <summary>The words by which kubectl knows kinds: <c>deploy</c>, <c>deployments</c>, <c>deployment</c>.</summary>
internal static class KindWords
{
    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["po"] = "Pod",
        ["svc"] = "Service",
        ["deploy"] = "Deployment",
        ["rs"] = "ReplicaSet",
        ["sts"] = "StatefulSet",
        ["ds"] = "DaemonSet",
        ["rc"] = "ReplicationController",
        ["cj"] = "CronJob",
    };

    private static readonly string[] Usual =
    [
        "Pod",
        "Service",
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "ReplicationController",
        "Job",
        "CronJob",
    ];

    /// <summary>The kind that a word means; null when it means none.</summary>
    /// <param name="word">The word.</param>
    /// <param name="others">Further kinds.</param>
    public static string? Find(string word, IEnumerable<string> others) =>
        ShortNames.GetValueOrDefault(word) ?? Usual.Concat(others).FirstOrDefault(kind => IsNameOf(word, kind));

    private static bool IsNameOf(string word, string kind) =>
        word.Equals(kind, StringComparison.OrdinalIgnoreCase) || word.Equals($"{kind}s", StringComparison.OrdinalIgnoreCase);
}
