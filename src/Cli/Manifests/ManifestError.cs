namespace Palisade.Cli.Manifests;

/// <summary>Why a manifest is no object of its kind.</summary>
/// <param name="Position">Where.</param>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].ports[0].port</c>; empty when it is about no field.</param>
/// <param name="Message">What is wrong, and what must be.</param>
public sealed record ManifestError(ManifestPosition Position, string Field, string Message)
{
    /// <summary>The object that cannot be used; null when not even that is known, and the error concerns the input as a whole.</summary>
    public ManifestSubject? Subject { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Field.Length == 0 ? $"{Position}: {Message}" : $"{Position}: {Field}: {Message}";
}
