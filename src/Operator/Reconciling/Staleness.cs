namespace Palisade.Operator.Reconciling;

/// <summary>Why a namespace has to be looked at again.</summary>
[Flags]
internal enum Staleness
{
    /// <summary>It need not be.</summary>
    None = 0,

    /// <summary>The namespace came, changed or went.</summary>
    Namespace = 1,

    /// <summary>The NetworkPolicy of the stamped name in it came, changed or went.</summary>
    Policy = 2,

    /// <summary>It was left for this round by an earlier one, or its time to be tried again has come.</summary>
    Unfinished = 4,

    /// <summary>All namespaces have to be: the custom resource or what it is expanded with has changed.</summary>
    Everything = 8,
}
