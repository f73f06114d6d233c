namespace Palisade.Runtime.Events;

/// <summary>Whether people must act on an event.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something is wrong.</summary>
    Warning,
}
