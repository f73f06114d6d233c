using System.Diagnostics;
using System.Globalization;
using Palisade.Kubernetes.Client;

namespace Palisade.Testing;

/// <summary>
/// A real etcd and kube-apiserver for one test assembly: <c>[assembly: AssemblyFixture(typeof(ApiServerFixture))]</c>. They are started by
/// <c>hack/envtest run</c>, which ends when its standard input does, so nothing is left running even when the test process is killed.
/// </summary>
public class ApiServerFixture : IAsyncLifetime
{
    private const string AdminToken = "admin-token";
    private static int _namespaces;
    private readonly string[] _options;
    private Process? _servers;
    private KubernetesClient? _client;

    /// <summary>Without kube-controller-manager.</summary>
    public ApiServerFixture()
        : this([]) { }

    /// <summary>With options of <c>hack/envtest run</c>.</summary>
    protected ApiServerFixture(params string[] options) => _options = options;

    /// <summary>Directory of the servers' files: logs, <c>pki/</c>. It goes with them.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("palisade-envtest-").FullName;

    /// <summary>Path of a kubeconfig with which one is admin.</summary>
    public string KubeConfig => Path.Combine(Directory, "kubeconfig");

    /// <summary>Path of the log of what service accounts have asked, when the options say so.</summary>
    public string AuditLog => Path.Combine(Directory, "audit.log");

    // Not the user's: what kubectl remembers of an API server is of no use to the next one at the same address.
    private string KubectlCache => Path.Combine(Directory, "kubectl");

    /// <summary>Options of <see cref="Client"/>, to derive others from.</summary>
    public ClientOptions ClientOptions { get; private set; } = null!;

    /// <summary>A client with which one is admin.</summary>
    public IKubernetesClient Client => _client ?? throw new InvalidOperationException("the fixture was not initialised");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "hack", "envtest"), ["run", Directory, .. _options])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _servers = Process.Start(start) ?? throw new InvalidOperationException("hack/envtest did not start");
        // Its one line of output is the kubeconfig's path, written when the servers are ready. What went wrong is on standard error.
        if (await _servers.StandardOutput.ReadLineAsync() is null)
        {
            throw new InvalidOperationException("hack/envtest run failed: its output says why");
        }

        ClientOptions = ClientOptionsLoader.Load(KubeConfig);
        _client = new KubernetesClient(ClientOptions);
    }

    /// <summary>Writes a kubeconfig with which one is the service account of a program, as far as <see cref="TokenFor"/> gave it a token.</summary>
    /// <returns>Its path.</returns>
    public string KubeConfigOf(string program)
    {
        var path = Path.Combine(Directory, $"kubeconfig-{program}");
        var admin = File.ReadAllText(KubeConfig);
        var own = admin.Replace(AdminToken, TokenOf(program), StringComparison.Ordinal);
        File.WriteAllText(path, own != admin ? own : throw new InvalidOperationException($"{KubeConfig} holds no {AdminToken}"));
        return path;
    }

    /// <summary>Creates a namespace of a name that no other test has.</summary>
    public async Task<V1Namespace> CreateNamespaceAsync(IDictionary<string, string>? labels, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _namespaces).ToString(CultureInfo.InvariantCulture);
        var entity = new V1Namespace
        {
            Metadata = new() { Name = $"test-{number}", Labels = labels },
        };
        return await Client.CreateAsync(entity, cancellationToken);
    }

    /// <summary>Runs kubectl as admin; fails with its output when it fails.</summary>
    /// <returns>What it wrote on standard output.</returns>
    public async Task<string> KubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await TryKubectlAsync(arguments, cancellationToken);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {result.Error}");
    }

    /// <summary>Runs kubectl as admin.</summary>
    public Task<CommandResult> TryKubectlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        CommandResult.OfAsync("kubectl", ["--kubeconfig", KubeConfig, "--cache-dir", KubectlCache, .. arguments], cancellationToken);

    /// <summary>Installs Palisade's custom resource definitions and waits until kubectl finds both kinds, by their short names too.</summary>
    public async Task InstallDefinitionsAsync(CancellationToken cancellationToken)
    {
        // The server may be older than CEL rules, which kubectl would object to; it drops them.
        var definitions = Path.Combine(Repository.Root, "config", "crd");
        await KubectlAsync(["apply", "--validate=false", "-k", definitions], cancellationToken);
        await KubectlAsync(["wait", "--for=condition=Established", "crd", "--all", "--timeout=180s"], cancellationToken);
        await Eventually.TrueAsync(
            async () =>
            {
                // A kind is served a moment after it is established, and kubectl remembers for ten minutes what was served when it asked.
                if (System.IO.Directory.Exists(KubectlCache))
                {
                    System.IO.Directory.Delete(KubectlCache, recursive: true);
                }

                return (await TryKubectlAsync(["get", "cnetpol,ddp"], cancellationToken)).ExitCode == 0;
            },
            cancellationToken,
            "both kinds are served"
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_servers is not null)
        {
            _servers.StandardInput.Close();
            await _servers.WaitForExitAsync();
            _servers.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Options that give the service account of a program a token; with it one has the rights of <c>config/</c> and no others.</summary>
    protected static IEnumerable<string> TokenFor(string program, string namespaceName)
    {
        var user = $"system:serviceaccount:{namespaceName}:palisade-{program}";
        var groups = $"system:serviceaccounts,system:serviceaccounts:{namespaceName},system:authenticated";
        return ["--token", $"{TokenOf(program)},{user},{program},\"{groups}\""];
    }

    private static string TokenOf(string program) => $"{program}-token";
}
