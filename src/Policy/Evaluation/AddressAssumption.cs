namespace Palisade.Policy.Evaluation;

/// <summary>What is assumed of addresses that stand in for ones that are not known. Policies only allow, so the two extremes are all there is.</summary>
public enum AddressAssumption
{
    /// <summary>They are taken as they stand, as if they were real.</summary>
    AsGiven,

    /// <summary>They are in a block only when every address that may be meant is: what is allowed then is allowed wherever pods get their addresses.</summary>
    Least,

    /// <summary>They are in a block as soon as one that may be meant is: what is denied then is denied wherever pods get their addresses.</summary>
    Most,
}
