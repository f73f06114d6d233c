using System.Globalization;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>
/// A real API server with Palisade's custom resource definitions and the operator's own permissions, shared by the tests of one collection.
/// </summary>
public class OperatorCluster : IAsyncLifetime
{
    private static int _names;
    private readonly OperatorApiServer _server;

    /// <summary>Without kube-controller-manager: nothing collects garbage.</summary>
    public OperatorCluster()
        : this(new OperatorApiServer()) { }

    protected OperatorCluster(OperatorApiServer server) => _server = server;

    /// <summary>A client that may do everything.</summary>
    public IKubernetesClient Client => _server.Client;

    /// <summary>Path of a kubeconfig with which one may do everything.</summary>
    public string KubeConfig => _server.KubeConfig;

    /// <summary>Options of a client that may do everything.</summary>
    public ClientOptions AsAdmin => _server.ClientOptions;

    /// <summary>Options of a client that may do what the operator's service account may do, and no more.</summary>
    public ClientOptions AsOperator => ClientOptionsLoader.Load(OperatorKubeConfig) with { UserAgent = "palisade-operator" };

    /// <summary>Path of a kubeconfig with which one may do what the operator's service account may do, and no more.</summary>
    public string OperatorKubeConfig { get; private set; } = "";

    /// <summary>What was asked with the rights of the operator's service account.</summary>
    internal RequestLog Requests => new(_server.AuditLog);

    /// <summary>A name that no other test has.</summary>
    public static string Unique(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture)}";

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        OperatorKubeConfig = _server.KubeConfigOf("operator");
        var none = CancellationToken.None;
        await _server.InstallDefinitionsAsync(none);
        await KubectlAsync(none, "create", "namespace", "palisade-system");
        await KubectlAsync(none, "apply", "-f", Path.Combine(Repository.Root, "config", "operator", "rbac.yaml"));
    }

    /// <summary>Runs kubectl; fails with its output when it fails.</summary>
    public Task<string> KubectlAsync(CancellationToken cancellationToken, params string[] arguments) =>
        _server.KubectlAsync(arguments, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
