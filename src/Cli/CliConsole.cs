using System.Globalization;
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

/// <summary>A bar on a terminal's error output for work that takes more than a moment; gone when the work is done.</summary>
internal sealed class ProgressBar(CliConsole console, string label, TimeProvider timeProvider) : IProgress<double>, IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly long _began = timeProvider.GetTimestamp();
    private TimeSpan _next = Patience;

    /// <summary>A bar for the program's own run.</summary>
    public static ProgressBar Start(CliConsole console, string label) => new(console, label, TimeProvider.System);

    /// <summary>Shows how much is done.</summary>
    /// <param name="value">From 0 to 1.</param>
    public void Report(double value)
    {
        if (!console.ErrorIsTerminal)
        {
            return;
        }
        lock (_lock)
        {
            var elapsed = timeProvider.GetElapsedTime(_began);
            if (elapsed < _next)
            {
                return;
            }
            _next = elapsed + Pace;
            var done = (int)(Math.Clamp(value, 0, 1) * Width);
            var bar = new string('#', done).PadRight(Width, '.');
            console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{label} [{bar}] {value * 100, 3:0} %"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_next > Patience)
        {
            console.Error.Write($"\r{new string(' ', label.Length + Width + 10)}\r");
            _next = Patience; // gone
        }
    }
}
