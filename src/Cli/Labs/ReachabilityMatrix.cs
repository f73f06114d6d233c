using Palisade.Lab.Reachability;
using Palisade.Policy.Net;

namespace Palisade.Cli.Labs;

/// <summary>Who reaches whom, by source, destination and port, the families taken together.</summary>
internal sealed class ReachabilityMatrix
{
    private readonly ILookup<(Endpoint From, Endpoint To, ServedPort Port), (IpFamily Family, bool Open)> _paths;

    /// <summary>Makes a matrix of what is open.</summary>
    public ReachabilityMatrix(ReachabilityPlan plan, IEnumerable<KeyValuePair<ReachabilityPath, bool>> open)
    {
        Endpoints = plan.Endpoints;
        _paths = open.ToLookup(item => (item.Key.From, item.Key.To, item.Key.Port), item => (item.Key.Family, item.Value));
    }

    /// <summary>Rows and columns.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; }

    /// <summary>What to show.</summary>
    public ReachabilityMark this[Endpoint from, Endpoint to, ServedPort port]
    {
        get
        {
            var families = _paths[(from, to, port)].ToList();
            var open = families.Where(family => family.Open).Select(family => family.Family).ToList();
            return families.Count == 0 ? ReachabilityMark.None
                : open.Count == 0 ? ReachabilityMark.Closed
                : open.Count == families.Count ? ReachabilityMark.Open
                : open.Contains(IpFamily.IPv4) ? ReachabilityMark.OpenIPv4
                : ReachabilityMark.OpenIPv6;
        }
    }
}
