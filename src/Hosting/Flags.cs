using System.CommandLine;
using System.Globalization;
using System.Net;

namespace Palisade.Hosting;

/// <summary>Makes flags of a server's command line: each says in the same words what it does not take, and what it takes.</summary>
public static class Flags
{
    /// <summary>A string.</summary>
    public static Option<string> Text(string name, string description, string value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>A string that may be absent.</summary>
    public static Option<string?> OptionalText(string name, string description, string? helpName = null) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>Namespace that the program runs in: by default that of its pod.</summary>
    public static Option<string> Namespace(string description, string value) =>
        new("--namespace")
        {
            Description = $"{description} POD_NAMESPACE by default.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own ? own : value,
        };

    /// <summary>A port; 0 for any free one.</summary>
    public static Option<int> Port(string name, string description, int value) => Number(name, description, value, 0, ushort.MaxValue);

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Number(string name, string description, int value, int min, int max = int.MaxValue) =>
        Parsed(
            name,
            description,
            value,
            max == int.MaxValue ? $"a whole number from {min}" : $"a number from {min} to {max}",
            text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                    ? (true, number)
                    : (false, 0)
        );

    /// <summary>An IPv4 or IPv6 address.</summary>
    public static Option<IPAddress> Address(string name, string description, IPAddress value) =>
        Parsed(
            name,
            description,
            value,
            "an IPv4 or IPv6 address, such as 0.0.0.0 or ::",
            text => (IPAddress.TryParse(text, out var address), address!)
        );

    /// <summary>A duration within bounds.</summary>
    public static Option<TimeSpan> Duration(string name, string description, TimeSpan value, TimeSpan min, TimeSpan max) =>
        Parsed(
            name,
            description,
            value,
            $"from {Hosting.Duration.Format(min)} to {Hosting.Duration.Format(max)}, as digits and ms, s, m, h or d, such as 10s",
            text => (Hosting.Duration.TryParse(text, out var duration) && duration >= min && duration <= max, duration)
        );

    /// <summary>One of a few words, in upper or lower case; the first is the default.</summary>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var option = Parsed(
            name,
            description,
            choices[0].Value,
            $"one of {string.Join(", ", choices.Select(choice => choice.Word))}",
            text =>
                Array.Find(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Word: not null } found
                    ? (true, found.Value)
                    : (false, choices[0].Value)
        );
        option.HelpName = string.Join('|', choices.Select(choice => choice.Word));
        return option;
    }

    private static Option<T> Parsed<T>(string name, string description, T value, string expected, Func<string, (bool Ok, T Value)> parse) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                var (ok, parsed) = parse(text);
                if (ok)
                {
                    return parsed;
                }

                result.AddError($"{name} cannot be \"{text}\": it must be {expected}.");
                return value;
            },
        };
}
