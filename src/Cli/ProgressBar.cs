using System.Globalization;

namespace Palisade.Cli;

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
