using System.Globalization;

namespace Palisade.Cli.Output;

/// <summary>Numbers with their nouns.</summary>
internal static class Quantity
{
    /// <summary><c>1 namespace</c>, <c>2 namespaces</c>.</summary>
    public static string Format(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
