using System.Diagnostics;
using System.Globalization;
using System.Text;
using Palisade.Dataplane;
using Palisade.Lab;
using Palisade.Netfilter;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Agent.Bench;

/// <summary>
/// The same policies in different layouts: 110 pods on the node, 100 policies of which three select each pod, 10,000 peers. The two pods that
/// speak are the last of the node's.
/// </summary>
internal sealed class FlowLayouts(LabHost node)
{
    public const int LocalPods = 110;
    public const string Client = "10.244.1.201";
    public const string Server = "10.244.1.202";
    private const int Policies = 100;
    private const int Peers = 10_000;
    private const int Groups = 33;

    /// <summary>Peers in the classic layout, which has a rule for each: what can still be written in seconds.</summary>
    private const int ClassicPeers = 100;

    /// <summary>Nothing but a rule that lets replies pass, so that connections are tracked.</summary>
    public Task ConntrackOnlyAsync() =>
        RunAsync("iptables-legacy-restore", "*filter\n-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n");

    public Task ClearAsync() =>
        RunAsync("iptables-legacy-restore", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n*mangle\n:FORWARD ACCEPT [0:0]\nCOMMIT\n");

    /// <summary>This project's layout.</summary>
    public async Task OwnAsync()
    {
        var ruleset = PolicyCompiler.Compile(Cluster(), node.Name, DataplaneOptions.Default);
        await node.Network.RunAsync(() =>
            new NetfilterApplier(new() { Backend = NetfilterBackend.Legacy }).ApplyAsync(ruleset, CancellationToken.None)
        );
    }

    public async Task RemoveOwnAsync() =>
        await node.Network.RunAsync(() =>
            new NetfilterApplier(new() { Backend = NetfilterBackend.Legacy }).CleanupAsync(CancellationToken.None)
        );

    /// <summary>kube-router's: two rules per pod to its chain, which lets replies pass, tries its policies' chains, and refuses what none marked.</summary>
    public async Task KubeRouterAsync()
    {
        var sets = new StringBuilder("create KR-PEERS hash:ip maxelem 65536\n");
        foreach (var address in PeerAddresses())
        {
            sets.Append(CultureInfo.InvariantCulture, $"add KR-PEERS {address}\n");
        }
        await RunAsync("ipset", sets.ToString(), "-exist", "restore");
        var text = new StringBuilder("*filter\n:FORWARD ACCEPT [0:0]\n:KR-FORWARD - [0:0]\n");
        for (var policy = 0; policy < Policies; policy++)
        {
            text.Append(CultureInfo.InvariantCulture, $":KR-NWPLCY-{policy} - [0:0]\n");
        }
        for (var pod = 0; pod < LocalPods; pod++)
        {
            text.Append(CultureInfo.InvariantCulture, $":KR-POD-FW-{pod} - [0:0]\n");
        }
        text.Append("-A FORWARD -j KR-FORWARD\n");
        for (var policy = 0; policy < Policies; policy++)
        {
            foreach (var protocol in (string[])["tcp", "udp"])
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"-A KR-NWPLCY-{policy} -p {protocol} --dport {PortOf(policy)} -m set --match-set KR-PEERS src -j MARK --set-xmark 0x10000/0x10000\n"
                );
            }
            text.Append(CultureInfo.InvariantCulture, $"-A KR-NWPLCY-{policy} -m mark --mark 0x10000/0x10000 -j RETURN\n");
        }
        for (var pod = 0; pod < LocalPods; pod++)
        {
            var chain = $"KR-POD-FW-{pod}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"-A KR-FORWARD -d {Address(pod)} -j {chain}\n-A KR-FORWARD -s {Address(pod)} -j {chain}\n"
            );
            text.Append(CultureInfo.InvariantCulture, $"-A {chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
            for (var policy = pod % Groups; policy < Policies; policy += Groups)
            {
                text.Append(CultureInfo.InvariantCulture, $"-A {chain} -j KR-NWPLCY-{policy}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"-A {chain} -m mark ! --mark 0x10000/0x10000 -j REJECT\n");
            text.Append(CultureInfo.InvariantCulture, $"-A {chain} -j MARK --set-xmark 0x20000/0x20000\n");
        }
        await RunAsync("iptables-legacy-restore", text.Append("COMMIT\n").ToString());
    }

    /// <summary>The classic one: two rules per pod, a rule per peer in its chain, the peer that speaks the last.</summary>
    public Task ClassicAsync()
    {
        var text = new StringBuilder("*filter\n:FORWARD ACCEPT [0:0]\n");
        for (var pod = 0; pod < LocalPods; pod++)
        {
            text.Append(CultureInfo.InvariantCulture, $":KUBE-POD-{pod} - [0:0]\n");
        }
        text.Append("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
        for (var pod = 0; pod < LocalPods; pod++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"-A FORWARD -d {Address(pod)} -m physdev --physdev-is-bridged -j KUBE-POD-{pod}\n-A FORWARD -d {Address(pod)} -j KUBE-POD-{pod}\n"
            );
            foreach (var peer in PeerAddresses().TakeLast(ClassicPeers))
            {
                foreach (var protocol in (string[])["tcp", "udp"])
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"-A KUBE-POD-{pod} -s {peer} -d {Address(pod)} -p {protocol} --dport {Port} -j ACCEPT\n"
                    );
                }
            }
            text.Append(CultureInfo.InvariantCulture, $"-A KUBE-POD-{pod} -j REJECT --reject-with icmp-port-unreachable\n");
        }
        return RunAsync("iptables-legacy-restore", text.Append("COMMIT\n").ToString());
    }

    private const int Port = FlowCost.Port;

    /// <summary>Of a pod's three policies the last one allows the port.</summary>
    private static int PortOf(int policy) => policy >= 2 * Groups ? Port : 9000 + policy;

    private static string Address(int pod) =>
        pod switch
        {
            LocalPods - 2 => Client,
            LocalPods - 1 => Server,
            _ => string.Create(CultureInfo.InvariantCulture, $"10.244.1.{pod + 10}"),
        };

    private static IEnumerable<string> PeerAddresses() =>
        Enumerable
            .Range(0, Peers - LocalPods)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"10.100.{i / 250}.{(i % 250) + 1}"))
            .Concat(Enumerable.Range(0, LocalPods).Select(Address).Reverse().Skip(2).Append(Server).Append(Client));

    private ClusterSnapshot Cluster() =>
        new()
        {
            Namespaces = [new() { Name = "shop" }],
            Nodes = [new() { Name = node.Name, PodRanges = [Cidr.Parse("10.244.1.0/24")] }],
            Pods =
            [
                .. Enumerable.Range(0, LocalPods).Select(i => Pod($"local-{i}", node.Name, Address(i), i % Groups)),
                .. PeerAddresses().Take(Peers - LocalPods).Select((address, i) => Pod($"peer-{i}", "elsewhere", address, -1)),
            ],
            Policies = [.. Enumerable.Range(0, Policies).Select(Policy)],
        };

    private static PodFacts Pod(string name, string nodeName, string address, int group) =>
        new()
        {
            Namespace = "shop",
            Name = name,
            Labels = LabelSet.From(Labels("group", string.Create(CultureInfo.InvariantCulture, $"{group}"))),
            NodeName = nodeName,
            Addresses = [IpAddress.Parse(address)],
        };

    private static PolicyFacts Policy(int number)
    {
        V1NetworkPolicyPort[] ports = [new() { Port = PortOf(number) }, new() { Port = PortOf(number), Protocol = "UDP" }];
        V1NetworkPolicyPeer[] peers = [new() { PodSelector = new() }];
        return new PolicyFacts
        {
            Namespace = "shop",
            Name = $"policy-{number}",
            Spec = new()
            {
                PodSelector = new() { MatchLabels = Labels("group", string.Create(CultureInfo.InvariantCulture, $"{number % Groups}")) },
                PolicyTypes = ["Ingress", "Egress"],
                Ingress = [new() { FromProperty = peers, Ports = ports }],
                Egress = [new() { To = peers, Ports = ports }],
            },
        };
    }

    private static Dictionary<string, string> Labels(string key, string value) => new(StringComparer.Ordinal) { [key] = value };

    private async Task RunAsync(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true };
        using var process = node.Network.Start(start);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed");
        }
    }
}
