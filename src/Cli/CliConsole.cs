using Spectre.Console;

namespace Palisade.Cli;

/// <summary>Where a command reads from and writes to.</summary>
/// <param name="Input">What <c>-f -</c> reads.</param>
/// <param name="Output">Results; coloured only on a terminal.</param>
/// <param name="Error">Progress, warnings and errors.</param>
internal sealed record CliConsole(TextReader Input, IAnsiConsole Output, TextWriter Error)
{
    private const int PipeWidth = 1000;

    /// <summary>Whether a person reads the results: lines are wrapped and coloured for one.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether a person reads the error output: progress is shown there.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Where results that programs read are written: as they are, never wrapped.</summary>
    public TextWriter Plain => Output.Profile.Out.Writer;

    /// <summary>The program's own: in colour when it writes to a terminal and NO_COLOR is not set.</summary>
    public static CliConsole Standard()
    {
        var colourless = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var output = Create(Console.Out, colourless);
        if (Console.IsOutputRedirected)
        {
            // Without a terminal there is no width to fit into.
            output.Profile.Width = PipeWidth;
        }
        return new(Console.In, output, Console.Error)
        {
            IsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
        };
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
