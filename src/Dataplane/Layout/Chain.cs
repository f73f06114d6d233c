using System.Collections.Immutable;

namespace Palisade.Dataplane.Layout;

/// <summary>
/// A chain with its rules. The last rule bears a comment with a hash of them all, by which a chain is recognised as unchanged when
/// it is read back, whatever form the tools print rules in.
/// </summary>
/// <param name="Name">Name of the chain.</param>
/// <param name="Rules">The rules, without <c>-A</c> and the chain's name.</param>
public sealed record Chain(string Name, ImmutableArray<string> Rules)
{
    /// <summary>What the comment begins with.</summary>
    public const string CommentPrefix = "plsd:";

    /// <summary>Hash of name and rules; empty for a chain without rules.</summary>
    public string Fingerprint { get; } = Rules.IsEmpty ? "" : ContentHash.Compute(["chain", Name, .. Rules]);

    /// <summary>The rules as iptables-restore takes them.</summary>
    public IEnumerable<string> Lines()
    {
        for (var i = 0; i < Rules.Length; i++)
        {
            var comment = i == Rules.Length - 1 ? $"-m comment --comment {CommentPrefix}{Fingerprint} " : "";
            yield return $"-A {Name} {comment}{Rules[i]}";
        }
    }
}
