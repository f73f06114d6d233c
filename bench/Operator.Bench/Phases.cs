namespace Palisade.Operator.Bench;

/// <summary>What it cost to create, change and delete a NetworkPolicy in every namespace.</summary>
internal sealed record Phases(Cost Create, Cost Change, Cost Delete);
