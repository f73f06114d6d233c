using Palisade.Cli.Diff;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Tests.Diff;

/// <summary>A group means exactly the changes that it was made of.</summary>
public sealed class ChangeGroupingTests
{
    private static readonly Lazy<Task<ConnectivityAnalysis>> Shop = new(AnalyseAsync);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Group_RandomChanges_LosesAndAddsNone(int seed)
    {
        var ends = (await Shop.Value).Ends;
        var random = new Random(seed);
        var share = random.Next(1, 20);
        PortSet[] ports = [PortSet.All, PortSet.Create("TCP", 80)];
        var changes = (
            from source in ends
            from destination in ends
            where source.Index != destination.Index && !(source.IsOutside && destination.IsOutside) && random.Next(20) < share
            select new ConnectivityChange(source, destination, ports[random.Next(20) < share ? 0 : 1])
        ).ToList();

        var groups = new ChangeGrouping(ends).Group(changes);

        var meant =
            from pair in groups
            from source in Meant(pair.From, ends)
            from destination in Meant(pair.To, ends)
            where source != destination
            select (source, destination, pair.Ports);
        meant
            .OrderBy(item => item.ToString(), StringComparer.Ordinal)
            .ShouldBe(
                changes
                    .Select(change => (change.Source.ToString(), change.Destination.ToString(), ChangeGrouping.PortsOf(change.Ports)))
                    .OrderBy(item => item.ToString(), StringComparer.Ordinal)
            );
        groups.Length.ShouldBeLessThanOrEqualTo(changes.Count);
    }

    [Fact]
    public async Task Group_EverythingOpens_IsOneLine()
    {
        var ends = (await Shop.Value).Ends.Where(end => !end.IsOutside).ToList();
        var changes =
            from source in ends
            from destination in ends
            where source.Index != destination.Index
            select new ConnectivityChange(source, destination, PortSet.All);

        new ChangeGrouping(ends).Group(changes).ShouldBe([new ChangeGroup("every workload", "every workload", "every port")]);
    }

    [Fact]
    public void PortsOf_AllButAFew_NamesTheFew() =>
        ChangeGrouping.PortsOf(PortSet.All.Except(PortSet.Create("TCP", 80))).ShouldBe("every port but 80/TCP");

    private static IEnumerable<string> Meant(string name, IEnumerable<ConnectivityEnd> ends) =>
        ends.Where(end =>
                name == end.ToString()
                || (!end.IsOutside && (name == ChangeGrouping.Everybody || name == ChangeGrouping.AllOf(end.Namespace!)))
            )
            .Select(end => end.ToString());

    private static async Task<ConnectivityAnalysis> AnalyseAsync()
    {
        var manifests = await ManifestReader.ReadAsync([Samples.Shop], TextReader.Null, CancellationToken.None);
        var (cluster, _) = ClusterCompletion.ForAnalysis(manifests);
        return ConnectivityAnalysis.From(ClusterExpansion.From(manifests, cluster).Snapshot);
    }
}
