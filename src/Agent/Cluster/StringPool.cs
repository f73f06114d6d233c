namespace Palisade.Agent.Cluster;

/// <summary>
/// Keeps one copy of each text: ten thousand pods share a few hundred label keys, label values, namespaces, nodes and port names, and
/// every one comes off the wire as a string of its own. Thread-safe.
/// </summary>
/// <remarks>
/// Texts are never dropped one by one; when there are too many, all are, so that labels with an ever new value (a job's name, a
/// template's hash) cannot fill the memory. Nothing but sharing is lost.
/// </remarks>
public sealed class StringPool(int capacity = 16384)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The shared copy of a text.</summary>
    public string Share(string text)
    {
        lock (_lock)
        {
            if (_texts.TryGetValue(text, out var shared))
            {
                return shared;
            }
            if (_texts.Count >= capacity)
            {
                _texts.Clear();
            }
            _texts.Add(text, text);
            return text;
        }
    }

    /// <summary>The shared copy of a text, or null.</summary>
    public string? ShareOptional(string? text) => text is null ? null : Share(text);
}
