using System.Text.Json.Nodes;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>
/// The API server's audit log: each request on a line of its own, written before the request is carried out. What came of a request can thus be
/// seen only when the request can.
/// </summary>
internal sealed class RequestLog(string path)
{
    private const string DryRun = " (dry run)";

    /// <summary>How many lines there are; to begin from there later.</summary>
    public int Length => Lines().Length;

    /// <summary>
    /// The requests from a line on, as <c>verb resource/subresource namespace/name</c>. Those of the Lease of leaders aside, which go on all the
    /// time, and watches, which are started again whenever the API server ends them.
    /// </summary>
    public IReadOnlyList<string> Since(int line) =>
        [.. All(line).Where(request => !request.Contains(" leases ", StringComparison.Ordinal) && VerbOf(request) != "watch")];

    /// <summary>Those of them that write.</summary>
    public IReadOnlyList<string> WritesSince(int line) =>
        [.. Since(line).Where(request => VerbOf(request) is not ("get" or "list") && !request.EndsWith(DryRun, StringComparison.Ordinal))];

    /// <summary>How often a Lease was written from a line on.</summary>
    public int RenewalsSince(int line) => All(line).Count(request => request.StartsWith("update leases ", StringComparison.Ordinal));

    private IEnumerable<string> All(int line) =>
        Lines()
            .Skip(line)
            .Select(text => JsonNode.Parse(text)!)
            .Where(entry => entry["stage"]!.GetValue<string>() == "RequestReceived")
            .Select(Describe);

    private static string Describe(JsonNode entry)
    {
        var subject = entry["objectRef"];
        var resource = string.Join('/', new[] { Text("resource"), Text("subresource") }.OfType<string>());
        var key = string.Join('/', new[] { Text("namespace"), Text("name") }.OfType<string>());
        var trial = entry["requestURI"]!.GetValue<string>().Contains("dryRun=All", StringComparison.Ordinal) ? DryRun : "";
        return $"{entry["verb"]!.GetValue<string>()} {resource} {key}{trial}";

        string? Text(string field) => subject?[field]?.GetValue<string>();
    }

    private static string VerbOf(string request) => request[..request.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The whole lines; the last one may be in the making.</summary>
    private string[] Lines()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
