namespace Palisade.Dataplane;

/// <summary>How the rules are laid out, apart from what the cluster says.</summary>
public sealed record DataplaneOptions
{
    /// <summary>The usual layout.</summary>
    public static DataplaneOptions Default { get; } = new();

    /// <summary>
    /// Bits of the packet mark that belong to Palisade: eight adjacent ones. kube-proxy uses 0x4000 and 0x8000, Calico 0xffff0000.
    /// </summary>
    public uint MarkMask { get; init; } = 0xff000000;

    /// <summary>What happens to a packet that no policy allows.</summary>
    public DenyAction DenyAction { get; init; } = DenyAction.Reject;

    /// <summary>What happens to local addresses that no known pod has.</summary>
    public UnknownPods UnknownPods { get; init; } = UnknownPods.Deny;

    /// <summary>How a pod's connection to itself is recognised.</summary>
    public HairpinMatch Hairpin { get; init; } = HairpinMatch.Bpf;

    /// <summary>How neighbour discovery that no router handed on is told from what was routed.</summary>
    public HopLimitMatch HopLimit { get; init; } = HopLimitMatch.Hl;

    /// <summary>
    /// Classes per direction that are told apart by packet mark, at most <see cref="ClassNumber.MaxMarked"/>; further ones are told
    /// apart by a set lookup each, which is slower. 0 for kernels without <c>SET --map-mark</c>.
    /// </summary>
    public int MarkedClasses { get; init; } = ClassNumber.MaxMarked;

    /// <summary>Whether classes are told apart by packet mark at all.</summary>
    public bool UsesMarks => MarkedClasses > 0;

    /// <summary>Whether denials are sent to the NFLOG group, at a limited rate.</summary>
    public bool LogDenials { get; init; }

    /// <summary>Whether the kernel can send packets to a log: without, what audited profiles would deny is counted only.</summary>
    public bool HasPacketLog { get; init; } = true;

    /// <summary>What the node's kernel does not take, as far as it is known from the start.</summary>
    public KernelLimits Limits { get; init; } = KernelLimits.None;

    /// <summary>NFLOG group for denials and for what audited profiles would deny.</summary>
    public int LogGroup { get; init; } = 70;

    /// <summary>
    /// Whether packets that leave through OUTPUT with a source that is not the node's own are policed too, as kube-proxy's IPVS
    /// mode needs.
    /// </summary>
    public bool PoliceOutput { get; init; }
}

/// <summary>What happens to a packet that no policy allows.</summary>
public enum DenyAction
{
    /// <summary>It is answered at once: a reset for TCP, port-unreachable otherwise, so that the client does not hang.</summary>
    Reject,

    /// <summary>It is dropped without an answer.</summary>
    Drop,
}

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
