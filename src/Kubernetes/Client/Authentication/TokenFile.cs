using System.Net.Http.Headers;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Kubernetes.Client.Authentication;

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
