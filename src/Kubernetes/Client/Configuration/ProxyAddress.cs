namespace Palisade.Kubernetes.Client.Configuration;

/// <summary>Address of a proxy, as a kubeconfig's <c>proxy-url</c> or a variable of the environment gives it.</summary>
internal static class ProxyAddress
{
    /// <summary>What is taken, for messages.</summary>
    public const string Form = "a URL such as http://proxy.example:3128 (http, https or socks5)";

    /// <summary>Reads an address; null when it is none.</summary>
    public static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy is { Scheme: "http" or "https" or "socks5", Host.Length: > 0 }
            ? proxy
            : null;
}
