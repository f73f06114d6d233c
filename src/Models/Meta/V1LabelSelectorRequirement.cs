using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>One requirement on one label.</summary>
[ValidationRule(
    "(self.operator == 'In' || self.operator == 'NotIn') == (has(self.values) && size(self.values) > 0)",
    "operator must be In or NotIn with at least one value, or Exists or DoesNotExist without values"
)]
public sealed class V1LabelSelectorRequirement
{
    /// <summary>Label key the requirement is about.</summary>
    [Required]
    [Length(maxLength: 512)]
    public string Key { get; set; } = "";

    /// <summary>How key and values relate: In, NotIn, Exists or DoesNotExist. NotIn and DoesNotExist also hold when the label is absent.</summary>
    [JsonPropertyName("operator")]
    [Required]
    [Length(maxLength: 64)]
    public string OperatorProperty { get; set; } = "";

    /// <summary>Values for In and NotIn (at least one); must be empty for Exists and DoesNotExist.</summary>
    [Items(maxItems: 64, MaxLength = 256)]
    public IList<string>? Values { get; set; }
}
