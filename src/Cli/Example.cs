namespace Palisade.Cli;

/// <summary>The example in a command's help.</summary>
internal static class Example
{
    /// <summary>What precedes it; a test finds and runs what follows.</summary>
    public const string Heading = "Example:";

    /// <summary>A description with the example at its end.</summary>
    public static string In(string description, string commandLine) => $"{description}\n\n{Heading}\n  {commandLine}";
}
