namespace Palisade.Kubernetes.Manifests;

/// <summary>A field that the kind does not have; the API server would drop it.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Field">Its path, such as <c>spec.ingress[0].from[0].ipBlock.cdir</c>.</param>
/// <param name="Known">Names of the fields that may stand there, in ordinal order.</param>
public sealed record UnknownField(ManifestPosition Position, string Field, IReadOnlyList<string> Known)
{
    /// <summary>The last part of the path.</summary>
    public string Name => Field[(Field.LastIndexOf('.') + 1)..];
}
