using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Certificates;

/// <summary>What is known of how the API server sees this webhook.</summary>
public sealed class ServingState
{
    private volatile bool _isRegistered;
    private volatile bool _isStopping;
    private volatile bool _selfCallWorked;
    private volatile IReadOnlyList<X509Certificate2> _trustedAuthorities = [];

    /// <summary>
    /// Whether the webhook configuration was seen with our authorities in it. Stays true when the configuration is deleted later: a
    /// new one is to find this replica ready.
    /// </summary>
    public bool IsRegistered
    {
        get => _isRegistered;
        set => _isRegistered = value;
    }

    /// <summary>Whether the webhook has called itself over HTTPS as the API server would.</summary>
    public bool SelfCallWorked
    {
        get => _selfCallWorked;
        set => _selfCallWorked = value;
    }

    /// <summary>Whether the program is about to end, so that no new calls should come.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>Authorities that the API server trusts for this webhook; empty when files are served and those are not known.</summary>
    public IReadOnlyList<X509Certificate2> TrustedAuthorities
    {
        get => _trustedAuthorities;
        set => _trustedAuthorities = value;
    }
}
