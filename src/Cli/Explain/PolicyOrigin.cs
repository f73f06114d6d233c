using Palisade.Cli.Manifests;

namespace Palisade.Cli.Explain;

/// <summary>What somebody wrote of which a NetworkPolicy, or a rule of it, came.</summary>
/// <param name="Kind">Kind of the object that was written.</param>
/// <param name="Name">Its name, with its namespace before a slash if it has one.</param>
/// <param name="Field">Path of the rule in it; empty for the object as a whole, or when the rule stands for no field.</param>
/// <param name="Position">Where it stands; null when that is not known.</param>
internal sealed record PolicyOrigin(string Kind, string Name, string Field, ManifestPosition? Position)
{
    /// <summary>Kind, name and field.</summary>
    public string Title => Field.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name} {Field}";

    /// <summary>The place in brackets, for the end of a line; empty when it is not known, or says nothing more than the title.</summary>
    public string Place => Position is { Line: > 0 } position ? $" ({position})" : "";
}
