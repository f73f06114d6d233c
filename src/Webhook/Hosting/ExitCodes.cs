namespace Palisade.Webhook.Hosting;

/// <summary>Exit codes of the program.</summary>
internal static class ExitCodes
{
    /// <summary>The program ended as it was told to.</summary>
    public const int Success = 0;

    /// <summary>The program failed.</summary>
    public const int Failure = 1;

    /// <summary>Flags or files are faulty; one line on standard error says how.</summary>
    public const int Usage = 2;
}
