using Palisade.Kubernetes;

namespace Palisade.Operator.Reconciling;

/// <summary>The custom resources of one kind, seen from changes elsewhere in the cluster.</summary>
internal interface ISourceTrack : IDisposable
{
    /// <summary>Reconciles the custom resources of the kind until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Every namespace of every custom resource has to be looked at.</summary>
    void MarkAll();

    /// <summary>A namespace came, changed or went.</summary>
    void MarkNamespace(string namespaceName);

    /// <summary>A NetworkPolicy came, changed or went.</summary>
    void MarkPolicy(NamespacedName key);

    /// <summary>A NetworkPolicy was seen whose custom resource may be gone.</summary>
    void MarkOrphan(V1NetworkPolicy policy);
}
