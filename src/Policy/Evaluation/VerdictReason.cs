namespace Palisade.Policy.Evaluation;

/// <summary>What decided a verdict.</summary>
public enum VerdictReason
{
    /// <summary>The policies at both ends decided; the directions say how.</summary>
    Policies,

    /// <summary>Source and destination are the same pod, directly or by its Service.</summary>
    SamePod,

    /// <summary>One end is the node that the other end's pod runs on: kubelet probes, and answers to them.</summary>
    OwnNode,

    /// <summary>A pod of this name is not in the snapshot.</summary>
    NoSuchPod,

    /// <summary>The pod has no address yet, or has finished.</summary>
    NoAddress,

    /// <summary>The ends have no address family in common.</summary>
    NoCommonFamily,
}
