using Palisade.Cli.Manifests;

namespace Palisade.Cli.Input;

/// <summary>An input of which what is invalid was taken out.</summary>
/// <param name="Manifests">The objects that are valid, each once.</param>
/// <param name="AsRead">All that was read.</param>
/// <param name="LeftOut">What was taken out.</param>
internal sealed record CheckedInput(ManifestSet Manifests, ManifestSet AsRead, LeftOut LeftOut);
