namespace Palisade.Webhook.Decoding;

/// <summary>An object as far as it could be read.</summary>
/// <param name="Value">The object without the values that their fields cannot take.</param>
/// <param name="Faults">Those values; empty when the object was read in full.</param>
/// <typeparam name="T">Model of the object.</typeparam>
internal sealed record DecodedObject<T>(T Value, IReadOnlyList<ShapeFault> Faults);
