namespace Palisade.Testing;

/// <summary>What the certificate of a test's server says.</summary>
public sealed record TestServerCertificate
{
    /// <summary>Common name.</summary>
    public string Subject { get; init; } = "kube-apiserver";

    /// <summary>DNS names and addresses.</summary>
    public IReadOnlyList<string> Names { get; init; } = ["127.0.0.1", "192.168.50.254"];

    /// <summary>Object identifier of its purpose.</summary>
    public string Purpose { get; init; } = TestAuthority.ServerPurpose;

    /// <summary>From when on it is valid, from now.</summary>
    public TimeSpan NotBefore { get; init; } = TimeSpan.FromDays(-1);

    /// <summary>Until when it is valid, from now.</summary>
    public TimeSpan NotAfter { get; init; } = TimeSpan.FromDays(1);
}
