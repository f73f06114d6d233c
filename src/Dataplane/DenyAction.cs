namespace Palisade.Dataplane;

/// <summary>What happens to a packet that no policy allows.</summary>
public enum DenyAction
{
    /// <summary>It is answered at once: a reset for TCP, port-unreachable otherwise, so that the client does not hang.</summary>
    Reject,

    /// <summary>It is dropped without an answer.</summary>
    Drop,
}
