using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>Which pods, and which of their addresses, a set is of.</summary>
internal interface IPodSelection
{
    /// <summary>Which they are; human-readable.</summary>
    string Meaning { get; }

    /// <summary>Text that only selections of the same pods and addresses have.</summary>
    string Key => Meaning;

    /// <summary>Whether the pod is one of them.</summary>
    bool Matches(IndexedPod pod);

    /// <summary>Whether an address of a pod that matches counts.</summary>
    bool Includes(IpAddress address) => true;

    /// <summary>All of them.</summary>
    IEnumerable<IndexedPod> FindIn(PodIndex pods);
}
