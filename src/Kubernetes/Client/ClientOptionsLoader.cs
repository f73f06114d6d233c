using Palisade.Kubernetes.Client.Configuration;

namespace Palisade.Kubernetes.Client;

/// <summary>
/// Finds out how to reach the API server. In this order: the given kubeconfig, the files in <c>KUBECONFIG</c>, the pod's service account,
/// <c>~/.kube/config</c>. The way there is the kubeconfig's <c>proxy-url</c>, else what <c>HTTPS_PROXY</c> and <c>NO_PROXY</c> ask for.
/// </summary>
public static class ClientOptionsLoader
{
    /// <summary>Finds the options.</summary>
    /// <param name="kubeconfig">Path of a kubeconfig (flag <c>--kubeconfig</c>); null to look in the usual places.</param>
    /// <param name="context">Context (flag <c>--context</c>); null for the current one.</param>
    /// <exception cref="KubeConfigException">None was found, or it is invalid; the message is one line that says where and what.</exception>
    public static ClientOptions Load(string? kubeconfig = null, string? context = null) =>
        Load(kubeconfig, context, LoaderEnvironment.Real);

    internal static ClientOptions Load(string? kubeconfig, string? context, LoaderEnvironment environment)
    {
        var options = Find(kubeconfig, context, environment);
        return options with { Proxy = options.Proxy ?? ProxyVariables.For(options.Server, environment.Variable) };
    }

    private static ClientOptions Find(string? kubeconfig, string? context, LoaderEnvironment environment)
    {
        if (kubeconfig is not null)
        {
            return Resolve([kubeconfig], context);
        }

        if (environment.Variable("KUBECONFIG") is { Length: > 0 } list)
        {
            // As kubectl: files of the list that do not exist are passed over.
            var paths = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).ToList();
            return paths.Count > 0 ? Resolve(paths, context) : throw new KubeConfigException($"KUBECONFIG: there is no file {list}");
        }

        if (context is null && InCluster(environment) is { } pod)
        {
            return pod;
        }

        var usual = Path.Combine(environment.Home, ".kube", "config");
        return File.Exists(usual)
            ? Resolve([usual], context)
            : throw new KubeConfigException($"no kubeconfig: give --kubeconfig, set KUBECONFIG, or make {usual}");
    }

    private static ClientOptions Resolve(IEnumerable<string> paths, string? context) =>
        new KubeConfigMerge([.. paths.Select(KubeConfigFile.Read)]).Resolve(context);

    private static ClientOptions? InCluster(LoaderEnvironment environment)
    {
        var token = Path.Combine(environment.ServiceAccount, "token");
        var authority = Path.Combine(environment.ServiceAccount, "ca.crt");
        if (
            environment.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host
            || environment.Variable("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port
            || !File.Exists(token)
        )
        {
            return null;
        }

        if (!File.Exists(authority))
        {
            throw new KubeConfigException($"the pod's service account lacks {authority}");
        }

        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return new ClientOptions
        {
            Server = new Uri($"https://{bracketed}:{port}"),
            Source = "the pod's service account",
            CertificateAuthority = PemSource.FromFile(authority),
            TokenFile = token,
            Namespace = ReadNamespace(Path.Combine(environment.ServiceAccount, "namespace")),
        };
    }

    private static string ReadNamespace(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "default";
}

/// <summary>A kubeconfig, or what it refers to, is missing or invalid. The message is one line with the path. Programs exit with 2.</summary>
public sealed class KubeConfigException : Exception
{
    /// <summary>Makes an exception.</summary>
    public KubeConfigException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
