namespace Palisade.Models;

/// <summary>Why a container is not started.</summary>
public sealed class V1ContainerStateWaiting
{
    /// <summary>Constant word, such as <c>CrashLoopBackOff</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>Sentence for people.</summary>
    public string? Message { get; set; }
}
