namespace Palisade.Kubernetes.Client;

/// <summary>Where the API server is, how to trust it, and as whom to speak to it. Made by <see cref="ClientOptionsLoader"/>.</summary>
public sealed record ClientOptions
{
    /// <summary>Address of the API server; a path in it is kept as a prefix.</summary>
    public required Uri Server { get; init; }

    /// <summary>From where these options come, for messages.</summary>
    public string Source { get; init; } = "options";

    /// <summary>Namespace to work in when none is given.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Name of the program and its version, for the API server's audit log and as field manager of updates.</summary>
    public string UserAgent { get; init; } = "palisade";

    /// <summary>Certificate authorities to trust; null for those of the system.</summary>
    public PemSource? CertificateAuthority { get; init; }

    /// <summary>Whether the API server's certificate is not checked at all.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Name to expect in the API server's certificate instead of that in its address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Client certificate; goes with <see cref="ClientKey"/>.</summary>
    public PemSource? ClientCertificate { get; init; }

    /// <summary>Key of the client certificate.</summary>
    public PemSource? ClientKey { get; init; }

    /// <summary>Proxy to reach the API server through, with its user and password in it where it wants them; null to reach it directly.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>File with a bearer token, read again as it rotates; used rather than <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User name for basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Program that gives credentials.</summary>
    public ExecPluginOptions? ExecPlugin { get; init; }

    /// <summary>User to act as; null for oneself.</summary>
    public string? ImpersonateUser { get; init; }

    /// <summary>Group to act as, together with <see cref="ImpersonateUser"/>.</summary>
    public string? ImpersonateGroup { get; init; }

    /// <summary>How long one request may take, a watch aside.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is tried at most when it fails in a way that may pass.</summary>
    public int MaxAttempts { get; init; } = 5;
}

/// <summary>A program that gives credentials (KEP-541, <c>client.authentication.k8s.io</c>).</summary>
public sealed record ExecPluginOptions
{
    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>client.authentication.k8s.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Path or name of the program.</summary>
    public required string Command { get; init; }

    /// <summary>Arguments of the program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the program's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How to install the program, shown when it is missing.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Whether the program is told about the cluster in <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public bool ProvideClusterInfo { get; init; }
}

/// <summary>PEM text, given itself or as a file, which is read again when it changed.</summary>
public sealed record PemSource
{
    private PemSource() { }

    /// <summary>Path of the file; null when the text itself is given.</summary>
    public string? File { get; private init; }

    /// <summary>The PEM text; null when a file is given.</summary>
    public string? Text { get; private init; }

    /// <summary>PEM text from a file.</summary>
    public static PemSource FromFile(string path) => new() { File = path };

    /// <summary>PEM text itself.</summary>
    public static PemSource FromText(string text) => new() { Text = text };

    /// <summary>The PEM text as it is now.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string Read() => Text ?? System.IO.File.ReadAllText(File!);

    /// <summary>Differs when the text may have changed.</summary>
    internal DateTime Version() => File is null ? default : System.IO.File.GetLastWriteTimeUtc(File);
}

/// <summary>How long to wait after failures: doubling from <see cref="Initial"/> to <see cref="Maximum"/>, with jitter.</summary>
public sealed record BackoffOptions
{
    /// <summary>Wait after the first failure.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait.</summary>
    public TimeSpan Maximum { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of the wait, from 0 to 1, that chance may add, so that many who failed at once do not come back at once.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>How long to wait after so many failures before this one.</summary>
    public TimeSpan Delay(int failuresBefore)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(failuresBefore);
        // 2^62 ticks is far above any maximum; more would overflow.
        var doubled = Initial.Ticks * Math.Pow(2, Math.Min(failuresBefore, 62));
        var delay = Math.Min(doubled, Maximum.Ticks);
        return TimeSpan.FromTicks((long)(delay * (1 + (Jitter * Random.Shared.NextDouble()))));
    }
}
