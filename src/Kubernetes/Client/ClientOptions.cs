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
