using System.Globalization;
using Palisade.Cli.Input;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Cli.Explain;

/// <summary>Reads the ends of a connection from the command line, and finds them in a cluster.</summary>
internal sealed class EndArgument(LoadedCluster cluster, string defaultNamespace)
{
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];
    private readonly PodFinder _pods = new(cluster);
    private readonly ServiceDirectory _services = new(cluster.Manifests, cluster.Snapshot);

    /// <summary>The pods of the cluster.</summary>
    public PodFinder Pods => _pods;

    /// <summary>Reads <c>[namespace/][kind/]name</c> of a pod or workload, or an address.</summary>
    /// <returns>The end and null, or why there is none.</returns>
    public (TrafficEnd? End, string? Problem) ReadSource(string text)
    {
        if (ReadAddress(text) is { } address)
        {
            return _services.At(address) is { } service
                ? (
                    null,
                    $"{address} is an address of Service {ServiceDirectory.NameOf(service)}, from which no connection comes: name a pod"
                )
                : (TrafficEnd.From(address), null);
        }
        var (name, problem) = ReadName(text);
        if (name is not { } named)
        {
            return (null, problem);
        }
        return named.Kind == "Service"
            ? (null, $"\"{text}\" is a Service, from which no connection comes: name a pod")
            : FindPod(text, named.Namespace, named.Kind, named.Name);
    }

    /// <summary>
    /// Reads an end with a port: <c>[namespace/][kind/]name:port[/protocol]</c> of a pod, workload or Service, <c>address:port</c>,
    /// <c>[address]:port</c>.
    /// </summary>
    /// <returns>The destination and null, or why there is none.</returns>
    public (Destination? Destination, string? Problem) ReadDestination(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || colon < text.LastIndexOf(']') || (text.Count(c => c == ':') > 1 && text[0] != '['))
        {
            return (null, $"\"{text}\" must have a port, for example shop/db:5432, shop/dns:53/udp or [2001:db8::1]:443");
        }
        var port = text[(colon + 1)..].Split('/');
        var protocol = port.Length > 1 ? port[1].ToUpperInvariant() : "TCP";
        if (port.Length > 2 || !Protocols.Contains(protocol, StringComparer.Ordinal))
        {
            return (null, $"\"{text}\": the protocol must be tcp, udp or sctp");
        }
        return ReadAddress(text[..colon]) is { } address
            ? AtAddress(text, address, port[0], protocol)
            : Named(text, text[..colon], port[0], protocol);
    }

    private (Destination?, string?) AtAddress(string text, IpAddress address, string port, string protocol) =>
        _services.At(address) is { } service ? Behind(service, port, protocol) : WithPort(text, TrafficEnd.From(address), port, protocol);

    private (Destination?, string?) Named(string text, string end, string port, string protocol)
    {
        var (name, problem) = ReadName(end);
        if (name is not var (inNamespace, kind, bare))
        {
            return (null, problem);
        }
        var service = kind is null or "Service" ? _services.Find(inNamespace, bare) : null;
        if (kind == "Service")
        {
            return service is not null ? Behind(service, port, protocol) : (null, NoService(inNamespace, bare));
        }
        var (pod, notFound) = FindPod(end, inNamespace, kind, bare);
        if (pod is null)
        {
            return service is not null ? Behind(service, port, protocol) : (null, notFound);
        }
        var (destination, wrong) = WithPort(text, pod, port, protocol);
        return (
            destination is null ? null : destination with { Hint = service is null ? null : HintOf(service, port, protocol, bare) },
            wrong
        );
    }

    /// <summary>Where a pod and a Service have one name, the port may be the Service's.</summary>
    private string? HintOf(V1Service service, string port, string protocol, string name) =>
        _services.Resolve(service, port, protocol).Backends is { } backends && backends.Targets.Any(target => target.Port != backends.Port)
            ? $"port {port} is taken as the pods' own; for that of the Service {backends.Service} write svc/{name}:{port}"
            : null;

    private string NoService(string inNamespace, string name) =>
        cluster.LeftOut.Find(inNamespace, name) is { } leftOut
            ? $"{leftOut.Reference} is left out, and must be fixed first"
            : $"there is no Service {inNamespace}/{name}";

    private (Destination?, string?) Behind(V1Service service, string port, string protocol)
    {
        var (backends, problem) = _services.Resolve(service, port, protocol);
        return backends is null ? (null, problem) : (new(backends.Targets, protocol) { Service = backends }, null);
    }

    private (Destination?, string?) WithPort(string text, TrafficEnd end, string port, string protocol) =>
        ReadPort(end, port, protocol) is { } number
            ? (new([(end, number)], protocol), null)
            : (null, $"\"{text}\": the port must be 1 to 65535, or the name of a port of the pod");

    private int? ReadPort(TrafficEnd end, string text, string protocol)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 65535 ? number : null;
        }
        var named = end.Name is not null && _pods.PodOf(end) is { } pod ? pod.PortsNamed(text, protocol) : [];
        return named.Select(port => (int?)port).FirstOrDefault();
    }

    private static IpAddress? ReadAddress(string text) => IpAddress.TryParse(text.Trim('[', ']'), out var address) ? address : null;

    private ((string Namespace, string? Kind, string Name)? Name, string? Problem) ReadName(string text)
    {
        if (Cidr.TryParseLenient(text, out _))
        {
            return (null, $"\"{text}\" is a range of addresses: give one address of it");
        }
        var parts = text.Split('/');
        var kind = parts.Length > 1 ? KindWords.Find(parts[^2], _pods.Kinds) : null;
        if (parts.Length > 3 || (parts.Length == 3 && kind is null) || parts.Any(part => part.Length == 0))
        {
            return (null, $"\"{text}\" must be an address, or a pod as namespace/name");
        }
        return parts.Length switch
        {
            1 => ((defaultNamespace, null, parts[0]), null),
            2 when kind is null || _pods.HasNamespace(parts[0]) => ((parts[0], null, parts[1]), null),
            2 => ((defaultNamespace, kind, parts[1]), null),
            _ => ((parts[0], kind, parts[2]), null),
        };
    }

    private (TrafficEnd? End, string? Problem) FindPod(string text, string inNamespace, string? kind, string name)
    {
        var (pod, problem) = _pods.Find(inNamespace, kind, name);
        return pod is not null
            ? (TrafficEnd.Pod(inNamespace, pod.Name), null)
            : (null, AddressLikeWord.FindProblem(text.Trim('[', ']')) ?? problem);
    }
}

/// <summary>Tells words that are meant as addresses and are none from names.</summary>
internal static class AddressLikeWord
{
    /// <summary>What is wrong with a word that looks like an address and is none; null when it does not look like one.</summary>
    public static string? FindProblem(string text)
    {
        if (!LooksLikeAddress(text))
        {
            return null;
        }
        // As a block of one address, of which the parser knows what is wrong.
        var isSix = text.Contains(':', StringComparison.Ordinal);
        if (Cidr.TryParse($"{text}/{(isSix ? 128 : 32)}", out _, out var error))
        {
            return null;
        }
        var instead = error.Meant is { } meant ? $": write {meant.Network}" : "";
        var why = error.Kind switch
        {
            CidrErrorKind.OctetTooBig => "octets must be at most 255",
            CidrErrorKind.LeadingZeros when isSix => $"groups must have at most four digits{instead}",
            CidrErrorKind.LeadingZeros => $"octets must not have leading zeros, which may be read as octal{instead}",
            CidrErrorKind.HexadecimalOctet => "octets must be decimal",
            CidrErrorKind.IPv4Mapped => $"it is an IPv4-mapped IPv6 address{instead}",
            CidrErrorKind.Zone => $"it must not name a zone{instead}",
            CidrErrorKind.ShortForm => "it must have four octets",
            _ => isSix ? "an IPv6 address is for example 2001:db8::1" : "an IPv4 address is for example 10.0.0.1",
        };
        return $"\"{text}\" is not an IP address: {why}";
    }

    private static bool LooksLikeAddress(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return true;
        }
        var octets = text.Split('.');
        return octets.Length > 1 && octets.All(IsNumber);
    }

    private static bool IsNumber(string octet) =>
        octet.Length > 0
        && (
            octet.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                ? octet.Skip(2).All(char.IsAsciiHexDigit)
                : octet.All(char.IsAsciiDigit)
        );
}
