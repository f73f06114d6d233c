namespace Palisade.Cli.Labs;

/// <summary>Whether the lab measures with real connections.</summary>
internal enum MeasureMode
{
    /// <summary>When this machine allows it; else it says so and computes only.</summary>
    Auto,

    /// <summary>Yes; not being able to is an error.</summary>
    Always,

    /// <summary>No: it computes only.</summary>
    Never,
}
