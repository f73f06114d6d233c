using Spectre.Console;

namespace Palisade.Cli;

/// <summary>Where a command reads from and writes to.</summary>
/// <param name="Input">What <c>-f -</c> reads.</param>
/// <param name="Output">Results; coloured only on a terminal.</param>
/// <param name="Error">Progress, warnings and errors.</param>
internal sealed record CliConsole(TextReader Input, IAnsiConsole Output, TextWriter Error)
{
    /// <summary>The program's own: in colour when it writes to a terminal and NO_COLOR is not set.</summary>
    public static CliConsole Standard()
    {
        var colourless = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new(Console.In, Create(Console.Out, colourless), Console.Error);
    }

    /// <summary>Writes results to a writer.</summary>
    public static IAnsiConsole Create(TextWriter writer, bool colourless) =>
        AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = colourless ? AnsiSupport.No : AnsiSupport.Detect,
                ColorSystem = colourless ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
                Interactive = InteractionSupport.No,
            }
        );
}
