namespace Palisade.Webhook.Decoding;

/// <summary>What JSON a model takes at one place.</summary>
internal enum ShapeKind
{
    /// <summary>Anything at all.</summary>
    Any,

    /// <summary>An object with known fields.</summary>
    Object,

    /// <summary>An object with free keys and values of one shape.</summary>
    Map,

    /// <summary>A list of items of one shape.</summary>
    List,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number of at most 32 bits.</summary>
    WholeNumber,

    /// <summary>A whole number of at most 64 bits.</summary>
    LongNumber,

    /// <summary>A port: a whole number or a text.</summary>
    WholeNumberOrText,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A point in time as text.</summary>
    Time,

    /// <summary>Bytes as base64 text.</summary>
    Bytes,
}
