namespace Palisade.Kubernetes.Client.Configuration;

/// <summary>Reads clusters and users of a kubeconfig.</summary>
internal static class KubeConfigReader
{
    private static readonly string[] ExecVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>Where the API server is, and how to trust it.</summary>
    public static ClientOptions Cluster(KubeConfigNode cluster)
    {
        var address = cluster.RequiredText("server");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
        {
            throw cluster.Fault($"server must be a URL such as https://192.0.2.1:6443, not \"{address}\"");
        }

        var authority = cluster.Pem("certificate-authority", "CERTIFICATE");
        var skip = cluster.Flag("insecure-skip-tls-verify");
        if (authority is not null && skip)
        {
            throw cluster.Fault("certificate-authority and insecure-skip-tls-verify cannot go together: remove one");
        }

        return new ClientOptions
        {
            Server = server,
            CertificateAuthority = authority,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = cluster.Text("proxy-url") is { } proxy
                ? ProxyAddress.Parse(proxy) ?? throw cluster.Fault(ProxyAddress.Fault("proxy-url", proxy))
                : null,
        };
    }

    /// <summary>As whom to speak to the API server.</summary>
    public static ClientOptions AddUser(ClientOptions options, KubeConfigNode user)
    {
        if (user.Mapping("auth-provider") is { } provider)
        {
            throw provider.Fault($"\"{provider.Text("name")}\" is not supported; kubectl dropped it in 1.26: use an exec plugin");
        }

        var certificate = user.Pem("client-certificate", "CERTIFICATE");
        var key = user.Pem("client-key", "PRIVATE KEY");
        if (certificate is null != key is null)
        {
            throw user.Fault("client-certificate and client-key belong together: one of them is missing");
        }

        return options with
        {
            ClientCertificate = certificate,
            ClientKey = key,
            Token = user.Text("token"),
            TokenFile = user.Path("tokenFile"),
            Username = user.Text("username"),
            Password = user.Text("password"),
            ExecPlugin = user.Mapping("exec") is { } exec ? Exec(exec) : null,
            ImpersonateUser = user.Text("as"),
            ImpersonateGroup = ImpersonatedGroup(user),
        };
    }

    // To act as somebody else than was asked for would be worse than not to act. .NET sends several headers of one name as one, so that
    // several groups would become a single one with a strange name.
    private static string? ImpersonatedGroup(KubeConfigNode user)
    {
        if (user.Text("as-uid") is not null || user.Mapping("as-user-extra") is not null)
        {
            throw user.Fault("as-uid and as-user-extra are not supported");
        }

        var groups = user.Texts("as-groups");
        return groups.Count switch
        {
            0 => null,
            1 => groups[0],
            _ => throw user.Fault("as-groups may name one group only"),
        };
    }

    private static ExecPluginOptions Exec(KubeConfigNode exec)
    {
        var version = exec.RequiredText("apiVersion");
        if (!ExecVersions.Contains(version, StringComparer.Ordinal))
        {
            throw exec.Fault($"apiVersion must be {string.Join(" or ", ExecVersions)}, not \"{version}\"");
        }

        if (exec.Text("interactiveMode") == "Always")
        {
            throw exec.Fault("interactiveMode Always is not supported: the plugin gets no terminal");
        }

        var command = exec.RequiredText("command");
        return new ExecPluginOptions
        {
            ApiVersion = version,
            // As kubectl: a name alone is looked up in PATH, a path is relative to the file.
            Command = command.Contains('/', StringComparison.Ordinal) ? exec.Resolve(command) : command,
            Arguments = exec.Texts("args"),
            Environment = exec.Mappings("env").ToDictionary(Name, variable => variable.Text("value") ?? "", StringComparer.Ordinal),
            InstallHint = exec.Text("installHint"),
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
        };
    }

    private static string Name(KubeConfigNode variable) => variable.RequiredText("name");
}
