using System.Text;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;

namespace Palisade.Dataplane.Rendering;

/// <summary>Writes out, human-readable, all that an apply does: each step's program and its input.</summary>
public static class PlanRenderer
{
    /// <summary>The steps from what the kernel holds to the ruleset; empty when there is nothing to do. The state is changed as the kernel would be.</summary>
    public static string Render(Ruleset ruleset, KernelState kernel, int keepUnused = 32)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        ArgumentNullException.ThrowIfNull(kernel);
        var text = new StringBuilder();
        var sets = new SetRenderer(ruleset.Options);
        for (
            var plan = ApplyPlanner.Plan(ruleset, kernel, keepUnused);
            !plan.IsEmpty;
            plan = ApplyPlanner.Plan(ruleset, kernel, keepUnused)
        )
        {
            foreach (var conflict in plan.Conflicts)
            {
                text.Append("# conflict: ").Append(conflict).Append('\n');
            }

            foreach (var step in plan.Steps)
            {
                Append(text, step, sets);
                kernel.Apply(step);
            }

            if (!plan.Conflicts.IsEmpty)
            {
                break;
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, PlanStep step, SetRenderer sets)
    {
        switch (step)
        {
            case SetBatch batch:
                text.Append("# ipset -exist restore\n").Append(sets.Render(batch.Commands));
                break;
            case RulesTransaction transaction:
                var program = transaction.Family == Policy.Net.IpFamily.IPv4 ? "iptables-restore" : "ip6tables-restore";
                text.Append("# ").Append(program).Append(" --noflush\n").Append(RulesRenderer.Render(transaction));
                break;
            case DestroyBatch destroy:
                text.Append("# ipset -exist restore (a set that is busy is tried again later)\n");
                text.AppendJoin("", destroy.Names.Select(name => $"destroy {name}\n"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step");
        }
    }
}
