using System.Text;
using System.Text.Json;

namespace Palisade.Cli.Manifests;

/// <summary>Takes a file apart into its documents.</summary>
internal static class ManifestDocuments
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>
    /// Splits at lines that begin with <c>---</c>, as kubectl does, so that an invalid document does not take the others along, and between
    /// JSON objects that follow each other, as <c>jq '.items[]'</c> writes them. Byte order marks are dropped, which files bring along that
    /// are joined to one.
    /// </summary>
    /// <returns>The documents in order, each with its line in the file, from 1.</returns>
    public static IEnumerable<(string Text, int FirstLine)> Split(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = WithoutMarks(lines[i]);
        }
        var begin = 0;
        for (var i = 1; i <= lines.Length; i++)
        {
            if (i == lines.Length || lines[i].StartsWith("---", StringComparison.Ordinal))
            {
                foreach (var (document, line) in SplitJson(string.Join('\n', lines[begin..i]) + '\n'))
                {
                    yield return (document, begin + 1 + line);
                }
                begin = i;
            }
        }
    }

    /// <summary>Within a line a mark is a character like any other.</summary>
    private static string WithoutMarks(string line)
    {
        line = line.TrimStart(ByteOrderMark);
        return line.StartsWith("---" + ByteOrderMark, StringComparison.Ordinal) ? line.Replace("---" + ByteOrderMark, "--- ") : line;
    }

    /// <summary>The objects of a JSON stream with the number of lines before each; what is no such stream stays whole.</summary>
    private static IEnumerable<(string Text, int Line)> SplitJson(string text)
    {
        var ends = text.TrimStart().StartsWith('{') ? ObjectEnds(text) : [];
        var (begin, line) = (0, 0);
        foreach (var end in ends.Where(end => !string.IsNullOrWhiteSpace(text[end..])))
        {
            yield return (Padding(text, begin) + text[begin..end], line);
            line += text[begin..end].Count(c => c == '\n');
            begin = end;
        }
        yield return (Padding(text, begin) + text[begin..], line);
    }

    /// <summary>Blanks in place of what stands before on the same line, so that columns stay what they are.</summary>
    private static string Padding(string text, int begin) => begin == 0 ? "" : new(' ', begin - (text.LastIndexOf('\n', begin - 1) + 1));

    /// <summary>Where the top-level objects of JSON end, up to the first thing that is not JSON; none when that is the first object.</summary>
    private static List<int> ObjectEnds(string text)
    {
        var ends = new List<int>();
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
        var (bytes, characters) = (0, 0);
        try
        {
            while (reader.Read())
            {
                if (reader is { CurrentDepth: 0, TokenType: JsonTokenType.EndObject })
                {
                    characters += Encoding.UTF8.GetCharCount(utf8.AsSpan(bytes..(int)reader.BytesConsumed));
                    bytes = (int)reader.BytesConsumed;
                    ends.Add(characters);
                }
            }
        }
        catch (JsonException)
        {
            // YAML in braces, or an invalid object: the reader of YAML takes what is left, and says what is wrong with it.
        }
        return ends;
    }
}
