namespace Palisade.Cli.Manifests;

/// <summary>An object by its kind and name.</summary>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Namespace">Its namespace; null when the manifest names none, and for kinds that live in none.</param>
/// <param name="Name">Its name; empty when the manifest has none.</param>
/// <param name="IsNamespaced">Whether objects of its kind live in a namespace.</param>
public sealed record ManifestSubject(string Kind, string? Namespace, string Name, bool IsNamespaced)
{
    /// <summary>Kind and name, the namespace before a slash.</summary>
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}
