namespace Palisade.Models;

/// <summary>Who sent a request to the API server.</summary>
public sealed class V1UserInfo
{
    /// <summary>Name, such as <c>system:serviceaccount:palisade-system:palisade-operator</c>.</summary>
    public string? Username { get; set; }

    /// <summary>Groups the user belongs to.</summary>
    public IList<string>? Groups { get; set; }
}
