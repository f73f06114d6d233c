namespace Palisade.Agent.Health;

/// <summary>What must hold for the node's rules to be what the cluster asks for.</summary>
public enum ReadinessCheck
{
    /// <summary>All watched kinds were read completely.</summary>
    Caches,

    /// <summary>Something was heard of every watched kind not long ago.</summary>
    Freshness,

    /// <summary>Profiles in Audit, and what they may name, can be read. What is enforced does not depend on it.</summary>
    Audit,

    /// <summary>The last pass compiled and wrote the rules, or found them written.</summary>
    Rules,

    /// <summary>The rules were found in the kernel when last read back.</summary>
    Verification,

    /// <summary>Policies are enforced in each family that the kernel has.</summary>
    Families,

    /// <summary>The kernel takes what policies need; holds always, and says which it does not take.</summary>
    Kernel,

    /// <summary>Packets between pods on one bridge pass iptables.</summary>
    BridgeNetfilter,
}
