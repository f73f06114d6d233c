using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary>What decided where no policy did, in words.</summary>
internal static class ReasonText
{
    /// <summary>The sentence.</summary>
    public static string Format(VerdictReason reason) =>
        reason switch
        {
            VerdictReason.SamePod => "a pod may always speak to itself",
            VerdictReason.OwnNode => "a pod and its own node may always speak to each other (kubelet probes)",
            VerdictReason.NoSuchPod => "there is no such pod",
            VerdictReason.NoAddress => "the pod has no address yet, or has finished",
            VerdictReason.NoCommonFamily => "the two have no address family in common",
            _ => "policies",
        };
}
