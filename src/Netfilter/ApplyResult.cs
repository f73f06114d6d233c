namespace Palisade.Netfilter;

/// <summary>What an apply did.</summary>
public sealed record ApplyResult
{
    /// <summary>Whether anything was written.</summary>
    public bool Changed => SetEntriesChanged > 0 || SetsChanged > 0 || ChainsChanged > 0;

    /// <summary>Set entries added, deleted or given another class.</summary>
    public int SetEntriesChanged { get; init; }

    /// <summary>Sets created or destroyed.</summary>
    public int SetsChanged { get; init; }

    /// <summary>Chains written or removed, hooks included; 0 means that no iptables-restore ran.</summary>
    public int ChainsChanged { get; init; }

    /// <summary>
    /// Whether something may pass no longer that passed before, so that open connections are worth a look
    /// (<see cref="IRulesetApplier.CutRevokedAsync"/>). Always so for an applier's first apply: it does not know what came before.
    /// </summary>
    public bool Tightened { get; init; }

    /// <summary>Sets that are no longer needed but are still in use by the kernel; the next apply tries again.</summary>
    public int PendingDestroys { get; init; }
}
