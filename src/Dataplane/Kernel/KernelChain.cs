using System.Collections.Immutable;
using Palisade.Dataplane.Layout;

namespace Palisade.Dataplane.Kernel;

/// <summary>A chain of Palisade's as the kernel holds it, in the notation of iptables-save.</summary>
/// <param name="Name">Name of the chain.</param>
/// <param name="Rules">The rules, without <c>-A</c> and the chain's name.</param>
/// <param name="IsAltered">Whether it is known not to be as it was written.</param>
public sealed record KernelChain(string Name, ImmutableArray<string> Rules, bool IsAltered = false)
{
    private string? _classKey;

    /// <summary>Packets that each rule matched when they were read; empty for a chain that was not read with them.</summary>
    public ImmutableArray<long> Packets { get; init; } = [];

    /// <summary>Hash that the comment of the last rule bears; empty when there is none.</summary>
    public string Fingerprint { get; } = Rules.IsEmpty ? "" : FingerprintIn(Rules[^1]);

    /// <summary>Whether the chain holds what it should.</summary>
    public bool Holds(Chain wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return !IsAltered
            && Rules.Length == wanted.Rules.Length
            && string.Equals(Fingerprint, wanted.Fingerprint, StringComparison.Ordinal);
    }

    /// <summary>Own chains that the rules go to, in order.</summary>
    public ImmutableArray<string> Targets
    {
        get
        {
            if (field.IsDefault)
            {
                field = [.. Rules.SelectMany(TargetsOf)];
            }

            return field;
        }
    }

    /// <summary>Own sets that the rules refer to.</summary>
    public ImmutableArray<string> Sets
    {
        get
        {
            if (field.IsDefault)
            {
                field = [.. Rules.SelectMany(rule => rule.Split(' ')).Where(Names.IsOwnSet)];
            }

            return field;
        }
    }

    /// <summary>Key of the class whose chain this is, in that direction; null when it cannot be told.</summary>
    public string? ClassKey(Direction direction)
    {
        if (IsAltered || Targets.IsEmpty)
        {
            return null;
        }

        return _classKey ??= PodClass.KeyOf(direction, Targets[^1] == Names.Audit(direction), Targets[..^1]);
    }

    private static IEnumerable<string> TargetsOf(string rule)
    {
        var words = rule.Split(' ');
        for (var i = 0; i + 1 < words.Length; i++)
        {
            if (words[i] is "-j" or "-g" && Names.IsOwnChain(words[i + 1]))
            {
                yield return words[i + 1];
            }
        }
    }

    private static string FingerprintIn(string rule)
    {
        var at = rule.IndexOf(Chain.CommentPrefix, StringComparison.Ordinal);
        var start = at + Chain.CommentPrefix.Length;
        return at < 0 || start + ContentHash.Length > rule.Length ? "" : rule.Substring(start, ContentHash.Length);
    }
}
