namespace Palisade.Webhook.Decoding;

/// <summary>A value that its field cannot take.</summary>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].from[0].ipBlock.except</c>.</param>
/// <param name="Value">The value, cut when long: a text as it is, anything else as JSON.</param>
/// <param name="Message">What the field takes instead.</param>
/// <param name="IsText">Whether the value is a text.</param>
internal sealed record ShapeFault(string Field, string Value, string Message, bool IsText);
