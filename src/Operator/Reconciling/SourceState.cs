using k8s;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;

namespace Palisade.Operator.Reconciling;

/// <summary>What the operator remembers of one custom resource between reconciliations. Losing it costs one full look, nothing else.</summary>
internal sealed class SourceState
{
    /// <summary>What became of each namespace.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>For which state of the custom resource every namespace was looked at; null for none.</summary>
    public (string? Uid, long? Generation, bool IsDeleting)? PlannedFor { get; set; }

    /// <summary>What the custom resource last expanded to; used again as long as nothing changed.</summary>
    public Expansions? Expansions { get; set; }

    /// <summary>The custom resource as it last was when it was valid; null when it never was, as far as was seen.</summary>
    public PolicySource? LastValid { get; set; }

    /// <summary>
    /// Whether DNS by convention may take the place of what is stamped: the spec has changed since it was, or what is stamped is by convention
    /// too. After a restart neither is known, and what is stamped may say more than is known now.
    /// </summary>
    public bool KnowsDnsByConvention { get; set; }

    /// <summary>Counts after the last round.</summary>
    public LedgerSummary Summary { get; set; } = new();

    /// <summary>What the API server answered to the last write of the status; null when there was none, or when that one was refused.</summary>
    public IKubernetesObject<V1ObjectMeta>? StatusAnswer { get; set; }

    /// <summary>When the status was last written.</summary>
    public DateTimeOffset StatusWrittenAt { get; set; } = DateTimeOffset.MinValue;
}
