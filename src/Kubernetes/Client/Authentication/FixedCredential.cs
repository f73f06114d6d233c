using System.Net.Http.Headers;
using System.Text;

namespace Palisade.Kubernetes.Client.Authentication;

/// <summary>A token or user and password that never change, or nothing.</summary>
internal sealed class FixedCredential(AuthenticationHeaderValue? header) : ICredentialSource
{
    public static FixedCredential FromToken(string token) => new(new("Bearer", token));

    public static FixedCredential FromPassword(string user, string? password) =>
        new(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));

    public ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(CancellationToken cancellationToken) => new(header);

    public bool Invalidate() => false;
}
