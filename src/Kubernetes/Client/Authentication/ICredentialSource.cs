using System.Net.Http.Headers;

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
