using System.Text;
using Palisade.Cli.Explain;
using Palisade.Dataplane;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Rules;

/// <summary>Writes beside each policy's chain which policies it comes of, as comments that the tools pass over.</summary>
internal static class RuleAnnotation
{
    /// <summary>The text, with a comment before the first rule of each policy's chain.</summary>
    public static string Annotate(string text, Ruleset ruleset, PolicyOrigins origins)
    {
        var owners = ruleset.Owners.ToLookup(owner => owner.Chain, owner => NameOf(owner, origins), StringComparer.Ordinal);
        var annotated = new StringBuilder();
        var last = "";
        foreach (var line in text.Split('\n').SkipLast(1))
        {
            var words = line.Split(' ', 3);
            var chain = words.Length > 2 && words[0] == "-A" ? words[1] : "";
            if (chain != last && owners.Contains(chain))
            {
                annotated.Append("# ").AppendJoin(", ", owners[chain]).Append('\n');
            }
            last = chain;
            annotated.Append(line).Append('\n');
        }
        return annotated.ToString();
    }

    private static string NameOf(ChainOwner owner, PolicyOrigins origins)
    {
        var name = owner.Policy.Split('/', 2);
        if (name.Length < 2)
        {
            return owner.Policy;
        }
        var origin = origins.Find(new PolicyReference(name[0], name[1]));
        return origin.Kind == "NetworkPolicy" ? origin.Title : $"{origin.Title} in {name[0]}";
    }
}
