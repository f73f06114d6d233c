namespace Palisade.Kubernetes.Client.Configuration;

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
