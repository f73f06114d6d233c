using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Support;

/// <summary>A kernel after all plans for a ruleset were carried out.</summary>
internal static class PlannedKernel
{
    /// <summary>Carries plans out until there is nothing left to do.</summary>
    /// <param name="ruleset">What shall be.</param>
    /// <param name="kernel">The kernel to begin with; without one, an empty one.</param>
    public static KernelState Of(Ruleset ruleset, KernelState? kernel = null)
    {
        kernel ??= KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        for (var plan = ApplyPlanner.Plan(ruleset, kernel); !plan.IsEmpty; plan = ApplyPlanner.Plan(ruleset, kernel))
        {
            foreach (var step in plan.Steps)
            {
                kernel.Apply(step);
            }
        }

        return kernel;
    }
}
