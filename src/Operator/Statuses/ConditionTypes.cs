namespace Palisade.Operator.Statuses;

/// <summary>Types of conditions, as kstatus knows them.</summary>
internal static class ConditionTypes
{
    /// <summary>Every selected namespace is as it should be, for the observed generation.</summary>
    public const string Ready = "Ready";

    /// <summary>The operator is at work, or waits for something that it expects to come by itself.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Somebody has to do something before it can go on.</summary>
    public const string Stalled = "Stalled";
}
