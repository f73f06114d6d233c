namespace Palisade.Dataplane;

/// <summary>What happens to new connections of an address in this node's pod ranges that no known pod has.</summary>
public enum UnknownPods
{
    /// <summary>
    /// They are dropped, in every direction in which some policy of the cluster isolates pods: the address may be that of a pod
    /// that such a policy selects. Dropped, not rejected, so that a new pod's first connection is late and not refused.
    /// </summary>
    Deny,

    /// <summary>They pass: a new pod is open until its address is known.</summary>
    Allow,
}
