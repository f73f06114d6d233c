namespace Palisade.Cli.Input;

/// <summary>What a cluster is loaded for.</summary>
internal enum LoadPurpose
{
    /// <summary>To say what its policies allow.</summary>
    Analysis,

    /// <summary>To say what its custom resources stamp, for which pods do not matter.</summary>
    Expansion,

    /// <summary>To build it on this machine.</summary>
    Lab,
}
