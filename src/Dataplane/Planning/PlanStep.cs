namespace Palisade.Dataplane.Planning;

/// <summary>One program run: the steps of a plan are taken in order, and each leaves a state that is safe to stay in.</summary>
public abstract record PlanStep;
