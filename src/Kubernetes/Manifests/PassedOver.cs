namespace Palisade.Kubernetes.Manifests;

/// <summary>A document that is none of the kinds that Palisade reads.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="ApiVersion">Its API version; empty when it has none.</param>
/// <param name="Kind">Its kind; empty when it is no object of the Kubernetes API.</param>
public sealed record PassedOver(ManifestPosition Position, string ApiVersion, string Kind);
