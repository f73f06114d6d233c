using System.Globalization;
using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>A number or a text, as the API server takes in ports: <c>80</c> is a number, <c>"80"</c> and <c>"http"</c> are texts.</summary>
[JsonConverter(typeof(IntOrStringJsonConverter))]
public readonly record struct IntOrString
{
    private IntOrString(string? text, int number) => (Text, Number) = (text, number);

    /// <summary>The text; null when the value is a number.</summary>
    public string? Text { get; }

    /// <summary>The number; 0 when the value is a text.</summary>
    public int Number { get; }

    /// <summary>Whether the value is a text, such as a port's name.</summary>
    public bool IsText => Text is not null;

    /// <summary>Makes a number.</summary>
    public static implicit operator IntOrString(int number) => new(null, number);

    /// <summary>Makes a text.</summary>
    public static implicit operator IntOrString(string text) => new(text ?? throw new ArgumentNullException(nameof(text)), 0);

    /// <summary>The value as it stands in a manifest, without quotes.</summary>
    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
