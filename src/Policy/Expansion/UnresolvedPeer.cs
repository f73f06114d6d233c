namespace Palisade.Policy.Expansion;

/// <summary>A peer that names a part of the cluster which was not found, or which is too large to be written out.</summary>
/// <param name="Field">Path of the field in the custom resource.</param>
/// <param name="Reason">Constant CamelCase word for programs, such as <see cref="EntityNotFound"/>.</param>
/// <param name="Message">Human-readable message.</param>
public sealed record UnresolvedPeer(string Field, string Reason, string Message)
{
    /// <summary>The entity could not be found in the cluster.</summary>
    public const string EntityNotFound = "EntityNotFound";

    /// <summary>The peer stands for more addresses of nodes than one NetworkPolicy may hold.</summary>
    public const string TooManyAddresses = "TooManyAddresses";
}
