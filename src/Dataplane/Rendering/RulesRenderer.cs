using System.Text;
using Palisade.Dataplane.Planning;

namespace Palisade.Dataplane.Rendering;

/// <summary>Writes transactions as <c>iptables-restore --noflush</c> takes them.</summary>
public static class RulesRenderer
{
    /// <summary>
    /// The transaction. Within a table: all chains are made or emptied first, so that rules may go to any of them; hooks move; and
    /// chains go last, when nothing goes to them any more.
    /// </summary>
    public static string Render(RulesTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var text = new StringBuilder();
        foreach (var change in transaction.Tables)
        {
            Append(text, change);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, TableChange change)
    {
        text.Append('*').Append(change.Table).Append('\n');
        foreach (var name in change.Writes.Select(chain => chain.Name).Concat(change.Deletes))
        {
            text.Append(':').Append(name).Append(" - [0:0]\n");
        }

        foreach (var line in change.Writes.SelectMany(chain => chain.Lines()))
        {
            text.Append(line).Append('\n');
        }

        foreach (var hook in change.HookDeletes)
        {
            text.Append("-D ").Append(hook.Chain).Append(' ').Append(hook.Rule).Append('\n');
        }

        foreach (var hook in change.HookInserts)
        {
            text.Append("-I ").Append(hook.Chain).Append(" 1 ").Append(hook.Rule).Append('\n');
        }

        foreach (var name in change.Deletes)
        {
            text.Append("-X ").Append(name).Append('\n');
        }

        text.Append("COMMIT\n");
    }
}
