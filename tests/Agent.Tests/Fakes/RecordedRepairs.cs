using Palisade.Agent.Health;

namespace Palisade.Agent.Tests.Fakes;

internal sealed class RecordedRepairs : IRepairReporter
{
    public List<string> All { get; } = [];

    public void Repaired(IReadOnlyList<string> differences) => All.AddRange(differences);
}
