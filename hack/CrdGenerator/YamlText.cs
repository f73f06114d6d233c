using System.Collections;
using System.Globalization;
using Palisade.Cli.Manifests.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Palisade.CrdGenerator;

/// <summary>Writes a tree of <see cref="YamlMap"/>, lists, texts, numbers and booleans as one YAML document.</summary>
internal static class YamlText
{
    private const int LineWidth = 120;

    /// <summary>The document, ending in a line feed.</summary>
    public static string Write(YamlMap root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings().WithBestWidth(LineWidth).WithMaxSimpleKeyLength(128));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: null, isImplicit: true));
        Write(emitter, root);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Write(Emitter emitter, object value)
    {
        switch (value)
        {
            case YamlMap map:
                emitter.Emit(
                    new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Any() ? MappingStyle.Block : MappingStyle.Flow)
                );
                foreach (var (key, entry) in map)
                {
                    Write(emitter, key);
                    Write(emitter, entry);
                }

                emitter.Emit(new MappingEnd());
                break;
            case string text:
                emitter.Emit(
                    new Scalar(AnchorName.Empty, TagName.Empty, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true)
                );
                break;
            case bool truth:
                emitter.Emit(new Scalar(truth ? "true" : "false"));
                break;
            case int number:
                emitter.Emit(new Scalar(number.ToString(CultureInfo.InvariantCulture)));
                break;
            case IEnumerable list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list)
                {
                    Write(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                throw new NotSupportedException($"no YAML for {value.GetType()}");
        }
    }

    // A plain text that a reader would take for something else is quoted; a long one is folded over several lines.
    private static ScalarStyle StyleOf(string text) =>
        text.Length > LineWidth - 20 ? ScalarStyle.Folded
        : YamlString.IsAmbiguous(text) ? ScalarStyle.DoubleQuoted
        : ScalarStyle.Any;
}
