using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>A pod that takes part in policy, with what its cluster makes of it; another state of either is another object.</summary>
/// <param name="pod">The pod.</param>
/// <param name="home">Its namespace; null when that is not known, and then no selector of namespaces matches it.</param>
/// <param name="addresses">Addresses that are its own, in order.</param>
/// <param name="isLocal">Whether it is on the node that is compiled for.</param>
internal sealed class IndexedPod(PodFacts pod, NamespaceFacts? home, ImmutableArray<IpAddress> addresses, bool isLocal)
{
    public PodFacts Pod => pod;

    public NamespaceFacts? Home => home;

    public ImmutableArray<IpAddress> Addresses => addresses;

    public bool IsLocal => isLocal;

    public string Namespace => pod.Namespace;

    public string Name => pod.Name;

    public LabelSet Labels => pod.Labels;
}
