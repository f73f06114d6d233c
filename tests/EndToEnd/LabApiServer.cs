using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>The API server, at an address that the lab's nodes reach, with a token for each of Palisade's service accounts.</summary>
public sealed class LabApiServer()
    : ApiServerFixture([
        "--bind",
        Address,
        "--controller-manager",
        "--audit",
        .. Token("operator", "palisade-system"),
        .. Token("webhook", "palisade-system"),
        .. Token("agent", "palisade-agent"),
    ])
{
    /// <summary>The sandbox's own address on the nodes' network.</summary>
    public const string Address = "192.168.50.254";

    /// <summary>Writes a kubeconfig with which one is the service account of a program, with the rights of <c>config/</c> and no others.</summary>
    /// <returns>Its path.</returns>
    public string KubeConfigOf(string program)
    {
        var path = Path.Combine(Directory, $"kubeconfig-{program}");
        var admin = File.ReadAllText(KubeConfig);
        admin.ShouldContain(AdminToken);
        File.WriteAllText(path, admin.Replace(AdminToken, TokenOf(program), StringComparison.Ordinal));
        return path;
    }

    private const string AdminToken = "admin-token";

    private static string TokenOf(string program) => $"{program}-token";

    private static IEnumerable<string> Token(string program, string namespaceName)
    {
        var user = $"system:serviceaccount:{namespaceName}:palisade-{program}";
        var groups = $"system:serviceaccounts,system:serviceaccounts:{namespaceName},system:authenticated";
        return ["--token", $"{TokenOf(program)},{user},{program},\"{groups}\""];
    }
}
