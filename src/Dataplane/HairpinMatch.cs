namespace Palisade.Dataplane;

/// <summary>How a pod's connection to itself is recognised.</summary>
public enum HairpinMatch
{
    /// <summary>By a bpf match that compares source and destination.</summary>
    Bpf,

    /// <summary>By a set of the local pods' addresses, each paired with itself; for kernels without the bpf match.</summary>
    Set,
}
