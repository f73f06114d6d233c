using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>The API server, at an address that the lab's nodes reach, with a token for each of Palisade's service accounts.</summary>
public sealed class LabApiServer()
    : ApiServerFixture([
        "--bind",
        Address,
        "--controller-manager",
        "--audit",
        .. TokenFor("operator", "palisade-system"),
        .. TokenFor("webhook", "palisade-system"),
        .. TokenFor("agent", "palisade-agent"),
    ])
{
    /// <summary>The sandbox's own address on the nodes' network.</summary>
    public const string Address = "192.168.50.254";
}
