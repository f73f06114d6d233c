using System.Globalization;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

/// <summary>Reads the ends of a connection from the command line, and finds them in a cluster.</summary>
internal sealed class EndArgument(ClusterSnapshot snapshot, string defaultNamespace)
{
    private const int Named = 8;
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];

    /// <summary>Reads <c>[namespace/]pod</c>, also the name of a workload, or an address.</summary>
    /// <returns>The end and null, or why there is none.</returns>
    public (TrafficEnd? End, string? Problem) ReadEnd(string text)
    {
        if (IpAddress.TryParse(text.Trim('[', ']'), out var address))
        {
            return (TrafficEnd.Of(address), null);
        }
        if (Cidr.TryParseLenient(text, out _))
        {
            return (null, $"\"{text}\" is a range of addresses: give one address of it");
        }
        var parts = text.Split('/');
        if (parts.Length > 2 || parts.Any(part => part.Length == 0))
        {
            return (null, $"\"{text}\" must be an address, or a pod as namespace/name");
        }
        var (inNamespace, name) = parts.Length == 2 ? (parts[0], parts[1]) : (defaultNamespace, parts[0]);
        return FindPod(inNamespace, name) is { } pod
            ? (TrafficEnd.Pod(inNamespace, pod.Metadata.Name), null)
            : (null, $"there is no pod {inNamespace}/{name}; {Neighbours(inNamespace)}");
    }

    /// <summary>Reads an end with a port: <c>namespace/pod:port[/protocol]</c>, <c>address:port</c>, <c>[address]:port</c>.</summary>
    /// <returns>The connection's end, protocol and port, or why there is none.</returns>
    public (TrafficEnd? End, string Protocol, int Port, string? Problem) ReadDestination(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || colon < text.LastIndexOf(']') || (text.Count(c => c == ':') > 1 && text[0] != '['))
        {
            return Refused($"\"{text}\" must have a port, for example shop/db:5432, shop/dns:53/udp or [2001:db8::1]:443");
        }
        var (end, problem) = ReadEnd(text[..colon]);
        if (end is null)
        {
            return Refused(problem!);
        }
        var port = text[(colon + 1)..].Split('/');
        var protocol = port.Length > 1 ? port[1].ToUpperInvariant() : "TCP";
        if (port.Length > 2 || !Protocols.Contains(protocol, StringComparer.Ordinal))
        {
            return Refused($"\"{text}\": the protocol must be tcp, udp or sctp");
        }
        return ReadPort(end, port[0], protocol) is { } number
            ? (end, protocol, number, null)
            : Refused($"\"{text}\": the port must be 1 to 65535, or the name of a port of the pod");
    }

    private int? ReadPort(TrafficEnd end, string text, string protocol)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 65535 ? number : null;
        }
        var pod = end.Name is { } name ? FindPod(end.Namespace!, name) : null;
        var named = pod is null ? [] : PodTraits.PortsNamed(pod, text, protocol);
        return named.Select(port => (int?)port).FirstOrDefault();
    }

    /// <summary>The pod of the name, or the first of the workload of the name.</summary>
    private V1Pod? FindPod(string inNamespace, string name) =>
        InNamespace(inNamespace).FirstOrDefault(pod => pod.Metadata.Name == name)
        ?? InNamespace(inNamespace).Where(pod => IsOf(name, pod)).MinBy(pod => pod.Metadata.Name, StringComparer.Ordinal);

    /// <summary>Whether a pod is of that workload. Of pods without an owner those count whose names begin so, as <c>db-0</c> and <c>db-1</c>.</summary>
    private static bool IsOf(string workload, V1Pod pod) =>
        WorkloadName.Of(pod) is { Kind: not null, Name: var name }
            ? name == workload
            : pod.Metadata.Name.StartsWith(workload + "-", StringComparison.Ordinal);

    private string Neighbours(string inNamespace)
    {
        var pods = InNamespace(inNamespace).Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal).ToList();
        if (pods.Count > 0)
        {
            return $"in {inNamespace} there are {string.Join(", ", pods.Take(Named))}{(pods.Count > Named ? ", ..." : "")}";
        }
        var namespaces = snapshot
            .Pods.Select(pod => pod.Metadata.NamespaceProperty)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return $"there are pods in {string.Join(", ", namespaces.Take(Named))}";
    }

    private IEnumerable<V1Pod> InNamespace(string name) => snapshot.Pods.Where(pod => pod.Metadata.NamespaceProperty == name);

    private static (TrafficEnd?, string, int, string?) Refused(string problem) => (null, "", 0, problem);
}
