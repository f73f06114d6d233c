using System.Text;

namespace Palisade.Cli.Diff;

/// <summary>Passes on what is written, but each whole line once: both sides of a comparison say the same of what they have in common.</summary>
internal sealed class DistinctLineWriter(TextWriter inner) : TextWriter
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value) => _written.Add(value ?? "") ? inner.WriteLineAsync(value) : Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
