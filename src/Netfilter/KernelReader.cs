using Palisade.Dataplane.Kernel;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Reads what the kernel holds of Palisade's.</summary>
internal sealed class KernelReader(IReadOnlyDictionary<IpFamily, IptablesTool> iptables, IpsetTool ipset)
{
    /// <summary>All of it.</summary>
    public async Task<KernelState> ReadAsync(uint markMask, CancellationToken cancellationToken)
    {
        var state = new KernelState();
        foreach (var family in iptables.Keys)
        {
            state.Families[family] = await ReadRulesAsync(family, cancellationToken);
        }

        foreach (var set in new SetsParser(markMask).Parse(await ipset.SaveAsync(cancellationToken)))
        {
            state.Sets[set.Name] = set;
        }

        return state;
    }

    public async Task<KernelFamily> ReadRulesAsync(IpFamily family, CancellationToken cancellationToken)
    {
        var (filter, mangle) = await iptables[family].ReadAsync(cancellationToken);
        return new KernelFamily(family, RulesParser.Parse(filter), RulesParser.Parse(mangle));
    }
}
