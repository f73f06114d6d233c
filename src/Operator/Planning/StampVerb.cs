namespace Palisade.Operator.Planning;

/// <summary>What is to be done about one namespace.</summary>
internal enum StampVerb
{
    /// <summary>Nothing: the namespace does not concern the custom resource.</summary>
    Ignore,

    /// <summary>Nothing: it is as it should be.</summary>
    Keep,

    /// <summary>Nothing can be done now; what is there stays.</summary>
    Wait,

    /// <summary>Nothing may be done: the name is taken by somebody else's NetworkPolicy.</summary>
    Yield,

    /// <summary>Stamp where there is nothing yet.</summary>
    Create,

    /// <summary>Bring what is there in line.</summary>
    Apply,

    /// <summary>Remove what is there.</summary>
    Remove,
}
