using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>One <c>iptables-restore --noflush</c>: each table changes at one moment, in this order.</summary>
/// <param name="Family">Family of the rules.</param>
/// <param name="Tables">What changes in each table.</param>
public sealed record RulesTransaction(IpFamily Family, ImmutableArray<TableChange> Tables) : PlanStep;
