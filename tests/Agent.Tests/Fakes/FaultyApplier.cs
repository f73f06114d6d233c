using Palisade.Dataplane;
using Palisade.Netfilter;

namespace Palisade.Agent.Tests.Fakes;

/// <summary>A kernel that fails when the test says so.</summary>
internal sealed class FaultyApplier : IRulesetApplier
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    /// <summary>What was called, in order.</summary>
    public string[] Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Why applying fails; null when it does not.</summary>
    public string? Failure { get; set; }

    /// <summary>Rules with this text are refused.</summary>
    public string? Refused { get; set; }

    /// <summary>What was applied last.</summary>
    public Ruleset? Applied { get; private set; }

    /// <summary>What applying does.</summary>
    public ApplyResult Result { get; set; } = new();

    /// <summary>What readings back find, one after the other; nothing when there are no more.</summary>
    public Queue<string[]> Findings { get; } = new();

    /// <summary>What readings back say of the other backend.</summary>
    public string? Leftover { get; set; }

    /// <summary>Why cuts fail, one after the other; they do not when there are no more.</summary>
    public Queue<string> CutFailures { get; } = new();

    /// <summary>Runs in the middle of applying.</summary>
    public Func<Task> WhileApplying { get; set; } = () => Task.CompletedTask;

    public async Task<ApplyResult> ApplyAsync(Ruleset ruleset, CancellationToken cancellationToken)
    {
        Add("apply");
        await WhileApplying();
        if (Failure is not null)
        {
            throw new NetfilterException(Failure);
        }
        var refusals =
            from chain in ruleset.Chains
            from rule in chain.IPv4.Concat(chain.IPv6).Select(rule => rule.ToString())
            where Refused is not null && rule.Contains(Refused, StringComparison.Ordinal)
            select new KernelRefusal(chain.Name, rule, "No such match");
        if (refusals.ToList() is { Count: > 0 } found)
        {
            throw new NetfilterException("refused") { Refusals = found };
        }
        Applied = ruleset;
        return Result;
    }

    public Task<string> PlanAsync(Ruleset ruleset, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<VerifyResult> VerifyAsync(CancellationToken cancellationToken)
    {
        Add("verify");
        return Task.FromResult(new VerifyResult(Findings.TryDequeue(out var found) ? found : []) { Leftover = Leftover });
    }

    public Task<int> CutRevokedAsync(CancellationToken cancellationToken)
    {
        Add("cut");
        return CutFailures.TryDequeue(out var failure) ? throw new NetfilterException(failure) : Task.FromResult(0);
    }

    public Task<ApplyResult> CleanupAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Add(string call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }
}
