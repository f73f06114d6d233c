using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>A peer given as a block of addresses less its exceptions.</summary>
internal sealed record BlockPeer(Cidr Block, IReadOnlyList<Cidr> Exceptions)
{
    /// <summary>
    /// Reads the block; null, and reported, when it cannot be read or when an exception cannot: leaving out the exception alone
    /// would allow what was to be left out.
    /// </summary>
    public static BlockPeer? Read(V1IPBlock block, string field, Action<string, string, string> report)
    {
        if (!Cidr.TryParseLenient(block.Cidr, out var cidr))
        {
            report($"{field}.cidr", block.Cidr, "is not a CIDR");
            return null;
        }

        var exceptions = new List<Cidr>();
        foreach (var text in block.Except ?? [])
        {
            if (!Cidr.TryParseLenient(text, out var exception))
            {
                report($"{field}.except", text, "is not a CIDR");
                return null;
            }

            if (exception.Overlaps(cidr))
            {
                exceptions.Add(exception);
            }
        }

        return exceptions.Exists(exception => exception.Contains(cidr)) ? null : new BlockPeer(cidr, exceptions);
    }
}
