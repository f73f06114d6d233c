namespace Palisade.Lab.Sandboxing;

/// <summary>Why this machine lets no sandbox be made.</summary>
/// <param name="Reason">Constant word for programs.</param>
/// <param name="Message">Human-readable message, with what to do.</param>
public sealed record SandboxRefusal(string Reason, string Message)
{
    /// <summary>The programs that make and fill a sandbox are not installed.</summary>
    public const string ToolsMissing = nameof(ToolsMissing);

    /// <summary>User namespaces are forbidden, and this is not root.</summary>
    public const string Forbidden = nameof(Forbidden);
}
