using System.Net.Http.Headers;
using System.Text;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Kubernetes.Client.Authentication;

/// <summary>Gives what a request is authenticated with.</summary>
internal interface ICredentialSource
{
    /// <summary>The Authorization header for a request; null for none.</summary>
    /// <exception cref="KubernetesException">The credentials cannot be had.</exception>
    ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(CancellationToken cancellationToken);

    /// <summary>The API server refused the credentials: get new ones. False when there can be no others.</summary>
    bool Invalidate();
}

/// <summary>A token or user and password that never change, or nothing.</summary>
internal sealed class FixedCredential(AuthenticationHeaderValue? header) : ICredentialSource
{
    public static FixedCredential FromToken(string token) => new(new("Bearer", token));

    public static FixedCredential FromPassword(string user, string? password) =>
        new(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));

    public ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(CancellationToken cancellationToken) => new(header);

    public bool Invalidate() => false;
}

/// <summary>A token in a file that somebody else renews, as the kubelet does with service account tokens.</summary>
internal sealed class TokenFile(string path, TimeProvider timeProvider) : ICredentialSource
{
    // A bound token lives for at least ten minutes and is renewed well before its end.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private volatile Reading? _last;

    public async ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(CancellationToken cancellationToken)
    {
        if (_last is { } reading && timeProvider.GetElapsedTime(reading.At) < MaxAge)
        {
            return reading.Header;
        }

        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (token.Length == 0)
            {
                throw Failures.New(StatusReasons.Unauthorized, $"the token file {path} is empty");
            }

            _last = new Reading(new AuthenticationHeaderValue("Bearer", token), timeProvider.GetTimestamp());
            return _last.Header;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failures.New(StatusReasons.Unauthorized, $"cannot read the token file {path}: {e.Message}", e);
        }
    }

    public bool Invalidate()
    {
        _last = null;
        return true;
    }

    private sealed record Reading(AuthenticationHeaderValue Header, long At);
}
