namespace Palisade.Dataplane;

/// <summary>The numbers that a packet's mark can hold while it is judged.</summary>
public static class ClassNumber
{
    /// <summary>The address is not that of a known local pod.</summary>
    public const byte Unknown = 0;

    /// <summary>The pod is known and not isolated.</summary>
    public const byte Open = 1;

    /// <summary>Lowest number of a class of isolated pods.</summary>
    public const byte FirstMarked = 2;

    /// <summary>Most classes of isolated pods that have a number of their own.</summary>
    public const int MaxMarked = 252;

    /// <summary>The pod's class has no number of its own: it is found by set lookups.</summary>
    public const byte Overflow = 254;

    /// <summary>
    /// In a set: the pod is between two classes, and its new connections are dropped for that moment. On a packet: it is denied.
    /// </summary>
    public const byte Held = 255;
}
