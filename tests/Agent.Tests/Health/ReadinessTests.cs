using Palisade.Agent.Health;
using Palisade.Agent.Tests.Fakes;

namespace Palisade.Agent.Tests.Health;

public sealed class ReadinessTests
{
    private readonly RecordedLog<Readiness> _log = new();
    private readonly Readiness _readiness;

    public ReadinessTests() => _readiness = new(_log);

    [Fact]
    public void Problems_AtFirst_AreAllChecks() => _readiness.Problems.Keys.ShouldBe(Enum.GetValues<ReadinessCheck>());

    [Fact]
    public void SetReady_AllChecks_IsReadyAndSaysSoOnce()
    {
        foreach (var check in Enum.GetValues<ReadinessCheck>().Concat(Enum.GetValues<ReadinessCheck>()))
        {
            _readiness.SetReady(check);
        }

        _readiness.Problems.ShouldBeEmpty();
        _log.Lines.ShouldBe(["Ready: this node enforces the cluster's policies"]);
    }

    [Fact]
    public void SetNotReady_SameProblemAgain_IsLoggedOnce()
    {
        _readiness.SetNotReady(ReadinessCheck.Rules, "no space");
        _readiness.SetNotReady(ReadinessCheck.Rules, "no space");
        _readiness.SetNotReady(ReadinessCheck.Rules, "no lock");
        _readiness.SetReady(ReadinessCheck.Rules);

        _log.Lines.ShouldBe(["Rules: no space", "Rules: no lock", "Rules: good again"]);
    }
}
