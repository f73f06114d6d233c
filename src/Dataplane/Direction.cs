namespace Palisade.Dataplane;

/// <summary>Which of a connection's two ends a rule speaks for.</summary>
public enum Direction
{
    /// <summary>The source pod: what it may open.</summary>
    Egress,

    /// <summary>The destination pod: what it may be sent.</summary>
    Ingress,
}
