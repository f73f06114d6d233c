namespace Palisade.Cli;

/// <summary>What the program's exit codes mean; the same for every command.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Clean = 0;

    /// <summary>The command found what it looks for: findings, differences.</summary>
    public const int Findings = 1;

    /// <summary>The command line or the input is not usable.</summary>
    public const int Usage = 2;

    /// <summary>The user ended it (128 and the number of SIGINT, as shells have it).</summary>
    public const int Interrupted = 130;
}
