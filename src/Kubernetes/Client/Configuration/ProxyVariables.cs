using System.Globalization;
using System.Net;

namespace Palisade.Kubernetes.Client.Configuration;

/// <summary>
/// The proxy that <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> ask for, by the rules of Go's <c>golang.org/x/net/http/httpproxy</c>, so
/// that it is the one that kubectl takes. .NET's own rules differ: they know no CIDRs, without which the cluster's own address would go to the proxy.
/// </summary>
internal static class ProxyVariables
{
    /// <summary>The proxy for a server; null to reach it directly.</summary>
    /// <param name="server">Address of the server.</param>
    /// <param name="variable">Variable of the environment by name; null when it is not set.</param>
    /// <exception cref="KubeConfigException">The variable that counts for this server holds no address.</exception>
    public static Uri? For(Uri server, Func<string, string?> variable)
    {
        var name = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (EitherCase(name, variable) is not { } proxy || IsLoopback(server) || IsExcepted(server, EitherCase("NO_PROXY", variable) ?? ""))
        {
            return null;
        }

        // As Go: without a scheme it is http.
        return ProxyAddress.Parse(proxy.Contains("://", StringComparison.Ordinal) ? proxy : $"http://{proxy}")
            ?? throw new KubeConfigException(ProxyAddress.Fault(name, proxy));
    }

    private static string? EitherCase(string name, Func<string, string?> variable) =>
        new[] { variable(name), variable(name.ToLowerInvariant()) }.FirstOrDefault(value => value is { Length: > 0 });

    private static bool IsLoopback(Uri server) =>
        server.Host == "localhost" || (IPAddress.TryParse(server.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static bool IsExcepted(Uri server, string exceptions) =>
        exceptions.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(entry => Matches(entry, server));

    private static bool Matches(string entry, Uri server)
    {
        if (entry == "*")
        {
            return true;
        }

        if (entry.Contains('/', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(server.IdnHost, out var target) && IsWithin(target, entry);
        }

        var (host, port) = SplitPort(entry);
        if (port is not null && port != server.Port)
        {
            return false;
        }

        return IPAddress.TryParse(host, out var address)
            ? IPAddress.TryParse(server.IdnHost, out var own) && own.Equals(address)
            : MatchesName(host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host, server.Host);
    }

    // example.com is the name and all below it, .example.com only what is below.
    private static bool MatchesName(string name, string host) =>
        name.StartsWith('.')
            ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            : name.Length > 0
                && (host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase));

    // Go masks what stands beyond the prefix; IPNetwork refuses it.
    private static bool IsWithin(IPAddress target, string cidr)
    {
        var parts = cidr.Split('/', 2);
        if (
            !IPAddress.TryParse(parts[0], out var address)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || address.AddressFamily != target.AddressFamily
        )
        {
            return false;
        }

        var (one, other) = (target.GetAddressBytes(), address.GetAddressBytes());
        return length <= one.Length * 8
            && Enumerable.Range(0, length).All(bit => ((one[bit / 8] ^ other[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    // name:port, 192.0.2.1:port, [2001:db8::1]:port; more colons without brackets are an IPv6 address.
    private static (string Host, int? Port) SplitPort(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var isAddress = colon != entry.IndexOf(':', StringComparison.Ordinal) && !entry.StartsWith('[');
        return colon > 0 && !isAddress && int.TryParse(entry[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (entry[..colon].Trim('[', ']'), port)
            : (entry.Trim('[', ']'), null);
    }
}

/// <summary>Address of a proxy, as a kubeconfig's <c>proxy-url</c> or a variable of the environment gives it.</summary>
internal static class ProxyAddress
{
    private const string Form = "a URL such as http://proxy.example:3128 (http, https or socks5)";

    /// <summary>Reads an address; null when it is none.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy is { Scheme: "http" or "https" or "socks5", Host.Length: > 0 }
            ? proxy
            : null;

    /// <summary>What is wrong with a string that is not an address; without the user and password in it.</summary>
    /// <param name="name">What holds the text.</param>
    /// <param name="text">The text.</param>
    public static string Fault(string name, string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var colon ? text[..(colon + 3)] : "";
        var shown = text.LastIndexOf('@') is >= 0 and var at ? scheme + text[(at + 1)..] : text;
        return $"{name} must be {Form}, not \"{shown}\"";
    }
}
