using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation.Document;

/// <summary>A CIDR as written, and what became of it.</summary>
/// <param name="Text">As written.</param>
/// <param name="Meant">The block, or what very likely was meant, for checks that come after; null when nobody can tell.</param>
/// <param name="Error">Why it is not a CIDR; null when it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ParsedCidr(string? Text, Cidr? Meant, CidrError? Error)
{
    public static ParsedCidr Of(string? text) =>
        Cidr.TryParse(text, out var cidr, out var error) ? new(text, cidr, null) : new(text, error.Meant, error);
}
