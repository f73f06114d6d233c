namespace Palisade.Testing;

/// <summary>A fault that a test brings into a program that it starts.</summary>
public enum ProgramFault
{
    /// <summary>One thread of the pool is held for ever, as by a call that waits for another.</summary>
    BlockedThread,

    /// <summary>All memory is collected and compacted again and again, the program standing still meanwhile.</summary>
    SlowCollections,

    /// <summary>The first answer of the API server meets an exception that nobody expects.</summary>
    Crash,
}
