namespace Palisade.Policy.Net;

/// <summary>Why a string is not a CIDR, and what may have been meant.</summary>
/// <param name="Kind">Constant reason.</param>
/// <param name="Message">What must be, and how to fix it; continues a sentence that began with the field and the value.</param>
/// <param name="Meant">
/// What the text very likely stands for, or null when nobody can tell. The API server reads leading zeros, host bits and
/// IPv4-mapped addresses as this.
/// </param>
public sealed record CidrError(CidrErrorKind Kind, string Message, Cidr? Meant);
