using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>One requirement on one label.</summary>
public sealed class V1LabelSelectorRequirement
{
    /// <summary>Label key the requirement is about.</summary>
    public string Key { get; set; } = "";

    /// <summary>How key and values relate: In, NotIn, Exists or DoesNotExist. NotIn and DoesNotExist also hold when the label is absent.</summary>
    [JsonPropertyName("operator")]
    public string OperatorProperty { get; set; } = "";

    /// <summary>Values for In and NotIn (at least one); must be empty for Exists and DoesNotExist.</summary>
    public IList<string>? Values { get; set; }
}
