using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Palisade.CrdGenerator;

/// <summary>The summaries of an assembly's doc comments, as plain text.</summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, string> _summaries;

    private XmlDocumentation(string path) =>
        _summaries = XDocument
            .Load(path)
            .Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!), StringComparer.Ordinal);

    /// <summary>Reads the file that the compiler wrote beside the models' assembly.</summary>
    public static XmlDocumentation OfModels() =>
        new(Path.Combine(AppContext.BaseDirectory, $"{typeof(ClusterNetworkPolicy).Assembly.GetName().Name}.xml"));

    /// <summary>Summary of a type.</summary>
    public string Of(Type type) => Summary($"T:{type.FullName}");

    /// <summary>Summary of a property.</summary>
    public string Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        return Summary($"P:{(type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName}.{property.Name}");
    }

    private string Summary(string member) =>
        _summaries.TryGetValue(member, out var summary) ? summary : throw new InvalidDataException($"{member} has no summary");

    private static string Plain(XElement element) => Whitespace().Replace(string.Concat(element.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement element when element.Attribute("langword") is { } word => word.Value,
            XElement element when element.Attribute("cref") is { } reference => reference.Value.Split('.', ':')[^1],
            XElement element => Plain(element),
            _ => "",
        };

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture)]
    private static partial Regex Whitespace();
}
