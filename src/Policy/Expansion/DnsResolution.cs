namespace Palisade.Policy.Expansion;

/// <summary>How the cluster's DNS servers are known; a greater value is the better answer.</summary>
public enum DnsResolution
{
    /// <summary>No DNS Service was found: they are taken to be pods labelled k8s-app=kube-dns in kube-system, and no others.</summary>
    Convention,

    /// <summary>Only the Service that NodeLocal DNS cache comes with was found.</summary>
    NodeLocalOnly,

    /// <summary>The DNS Service was found.</summary>
    Service,
}
