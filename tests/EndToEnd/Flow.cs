using System.Globalization;

namespace Palisade.EndToEnd;

/// <summary>A connection from a pod to a port of another.</summary>
/// <param name="Source">Key of the source, <c>namespace/name</c>.</param>
/// <param name="Destination">Key of the destination.</param>
/// <param name="Port">Port of the destination.</param>
public sealed record Flow(string Source, string Destination, int Port)
{
    /// <summary>What is odd about the connection; empty when nothing is.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether both ends are in a namespace.</summary>
    public bool IsWithin(string namespaceName) =>
        Source.StartsWith(namespaceName + "/", StringComparison.Ordinal)
        && Destination.StartsWith(namespaceName + "/", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Source} -> {Destination}:{Port.ToString(CultureInfo.InvariantCulture)} {Note}".TrimEnd();
}
