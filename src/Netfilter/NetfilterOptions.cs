using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>How the kernel is written to.</summary>
public sealed record NetfilterOptions
{
    /// <summary>Backend to use; null: the one that the kubelet and kube-proxy use, else the one that <c>iptables</c> uses.</summary>
    public NetfilterBackend? Backend { get; init; }

    /// <summary>Families to enforce; null: those that the kernel has, whether or not it can filter them (<see cref="ProbeResult.Families"/>).</summary>
    public ImmutableArray<IpFamily>? Families { get; init; }

    /// <summary>How long to wait for the xtables lock while another program holds it; whole seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one program may run, waiting for the lock apart, before it is ended.</summary>
    public TimeSpan ToolTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many classes without pods may stay in the kernel for pods that come back; 0 removes them at once.</summary>
    public int KeepUnusedClasses { get; init; } = 32;
}

/// <summary>Which of the kernel's two packet filters the iptables programs talk to. They must never be mixed on a node.</summary>
public enum NetfilterBackend
{
    /// <summary>x_tables: <c>iptables-legacy</c>.</summary>
    Legacy,

    /// <summary>nf_tables: <c>iptables-nft</c>.</summary>
    Nft,
}
