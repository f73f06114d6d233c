using System.Globalization;
using System.Text;

namespace Palisade.Policy.Validation;

/// <summary>The message with which an object is refused: every error of it, one a line.</summary>
public static class RejectionMessage
{
    /// <summary>Writes the message. Warnings among the findings are left out.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="name">Name of the object; with its namespace before a slash if it has one.</param>
    /// <param name="findings">What was found.</param>
    public static string Format(string kind, string name, IEnumerable<Finding> findings)
    {
        var errors = findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        var message = new StringBuilder();
        message.Append(
            CultureInfo.InvariantCulture,
            $"{kind} \"{name}\" is invalid ({errors.Count} {(errors.Count == 1 ? "error" : "errors")}):"
        );
        foreach (var error in errors)
        {
            message.Append("\n  ").Append(error);
        }

        return message.ToString();
    }
}
