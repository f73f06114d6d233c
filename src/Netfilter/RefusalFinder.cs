using System.Text;
using Palisade.Dataplane;
using Palisade.Dataplane.Layout;
using Palisade.Dataplane.Planning;

namespace Palisade.Netfilter;

/// <summary>
/// Finds which policies' chains of a refused transaction the kernel does not take. Rules are tried in a chain that nothing goes to. Of the backends
/// only nft names the line that the kernel refuses; legacy names the last line of the table, and the rules have to be tried by halves.
/// </summary>
internal sealed class RefusalFinder(IptablesTool iptables)
{
    /// <summary>Tries for one transaction: beyond, all that are left are taken for refused, and tried again later.</summary>
    private const int MaxTrials = 256;

    private const string Unclear = "among the rules tried with it are some that the kernel refuses; too many to tell them apart at once";
    private static readonly string Allow = $"-g {Names.Ok}";
    private readonly List<KernelRefusal> _found = [];
    private int _trials;

    /// <summary>The refused chains; none when the fault is not of single chains.</summary>
    public async Task<IReadOnlyList<KernelRefusal>> FindAsync(RulesTransaction transaction, CancellationToken cancellationToken)
    {
        var chains = transaction
            .Tables.Where(table => table.Table == TableLayout.Mangle)
            .SelectMany(table => table.Writes)
            .Where(chain => Names.IsPolicyChain(chain.Name))
            .ToArray();
        // When it does not take a rule that every kernel takes, the fault is not the policies'.
        if (
            chains.Length == 0
            || await RefusedAsync([new Chain(ScratchChain.Name, [ScratchChain.PlainRule])], cancellationToken) is not null
        )
        {
            return [];
        }

        await SearchAsync(chains, cancellationToken);
        await iptables.RestoreAsync(ScratchChain.Remove(TableLayout.Mangle), cancellationToken);
        return _found;
    }

    private async Task SearchAsync(ArraySegment<Chain> chains, CancellationToken cancellationToken)
    {
        if (chains.Count == 0 || await RefusedAsync(chains, cancellationToken) is not { } failure)
        {
            return;
        }

        if (chains.Count == 1)
        {
            _found.Add(await ExplainAsync(chains[0], failure, cancellationToken));
        }
        else if (_trials >= MaxTrials)
        {
            _found.AddRange(chains.Select(chain => new KernelRefusal(chain.Name, null, Unclear)));
        }
        else if (failure.Chain is { } named && await RefusedAsync([named], cancellationToken) is { } own)
        {
            _found.Add(await ExplainAsync(named, own, cancellationToken));
            await SearchAsync(chains.Where(chain => chain != named).ToArray(), cancellationToken);
        }
        else
        {
            var half = chains.Count / 2;
            await SearchAsync(chains[..half], cancellationToken);
            await SearchAsync(chains[half..], cancellationToken);
        }
    }

    /// <summary>Names the first rule of the chain that is refused by itself.</summary>
    private async Task<KernelRefusal> ExplainAsync(Chain chain, Failure failure, CancellationToken cancellationToken)
    {
        foreach (var rule in chain.Rules.TakeWhile(_ => _trials < MaxTrials))
        {
            if (await RefusedAsync([new Chain(chain.Name, [rule])], cancellationToken) is { } own)
            {
                return new(chain.Name, rule, own.Reason);
            }
        }

        return new(chain.Name, null, failure.Reason);
    }

    /// <summary>Tries the chains' rules; null when the kernel takes them.</summary>
    private async Task<Failure?> RefusedAsync(IReadOnlyList<Chain> chains, CancellationToken cancellationToken)
    {
        _trials++;
        var text = new StringBuilder(ScratchChain.Begin(TableLayout.Mangle));
        // A chain has as many lines as rules; the first two lines of the text are the table and the chain.
        var lines = new List<Chain>();
        foreach (var chain in chains)
        {
            foreach (var rule in chain.Rules)
            {
                text.Append(ScratchChain.Line(rule.EndsWith(Allow, StringComparison.Ordinal) ? rule[..^Allow.Length] : rule));
                lines.Add(chain);
            }
        }

        try
        {
            await iptables.RestoreAsync(text.Append(ScratchChain.End).ToString(), cancellationToken);
            return null;
        }
        catch (NetfilterException e)
        {
            return new(e.Line is { } line && line > 2 && line - 3 < lines.Count ? lines[line - 3] : null, e.Said ?? e.Message);
        }
    }

    private sealed record Failure(Chain? Chain, string Reason);
}

/// <summary>A chain or set of policies that the kernel, or the tool that writes to it, does not take, while it takes others.</summary>
/// <param name="Name">Name of the chain or set.</param>
/// <param name="Rule">The refused rule of a chain, without <c>-A</c> and the chain's name; null when it is not known which.</param>
/// <param name="Reason">What the tool said.</param>
public sealed record KernelRefusal(string Name, string? Rule, string Reason);
