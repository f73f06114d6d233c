using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Palisade.Kubernetes.Client.Configuration;

/// <summary>One kubeconfig file.</summary>
internal sealed class KubeConfigFile
{
    private KubeConfigFile(string path, KubeConfigNode root)
    {
        Path = path;
        CurrentContext = root.Text("current-context");
        Clusters = Named(root, "clusters");
        Users = Named(root, "users");
        Contexts = Named(root, "contexts");
    }

    public string Path { get; }

    public string? CurrentContext { get; }

    public IReadOnlyDictionary<string, KubeConfigNode> Clusters { get; }

    public IReadOnlyDictionary<string, KubeConfigNode> Users { get; }

    public IReadOnlyDictionary<string, KubeConfigNode> Contexts { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="KubeConfigException">It cannot be read, or is not a kubeconfig.</exception>
    public static KubeConfigFile Read(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            using var text = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            if (yaml.Documents.Count == 0)
            {
                throw new KubeConfigException($"{path}: the file is empty");
            }

            return yaml.Documents[0].RootNode is YamlMappingNode root
                ? new KubeConfigFile(path, new KubeConfigNode(path, "", root))
                : throw new KubeConfigException($"{path}: not a kubeconfig: it must be a mapping with clusters, users and contexts");
        }
        catch (YamlException e)
        {
            throw new KubeConfigException($"{path}:{e.Start.Line}: not valid YAML: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"cannot read the kubeconfig {path}: {e.Message}", e);
        }
    }

    private static Dictionary<string, KubeConfigNode> Named(KubeConfigNode root, string list)
    {
        var named = new Dictionary<string, KubeConfigNode>(StringComparer.Ordinal);
        foreach (var item in root.Mappings(list))
        {
            named.TryAdd(item.RequiredText("name"), item); // As kubectl: the first of a name counts.
        }

        return named;
    }
}

/// <summary>
/// Several kubeconfig files taken together as kubectl does: of entries of one name the first file's counts, and so does the first current
/// context. Paths stay relative to the file they stand in.
/// </summary>
internal sealed class KubeConfigMerge(IReadOnlyList<KubeConfigFile> files)
{
    /// <summary>How to reach the API server in a context.</summary>
    /// <param name="contextName">Context; null for the current one.</param>
    /// <exception cref="KubeConfigException">Something is missing or invalid.</exception>
    public ClientOptions Resolve(string? contextName)
    {
        var name =
            contextName
            ?? files.Select(file => file.CurrentContext).FirstOrDefault(current => current is not null)
            ?? throw new KubeConfigException(
                $"{Paths}: there is no current-context: set one (kubectl config use-context) or give --context"
            );
        var entry =
            Find(file => file.Contexts, name)
            ?? throw new KubeConfigException($"{Paths}: there is no context \"{name}\"; there are: {Names(file => file.Contexts)}");
        var context = entry.Mapping("context") ?? throw entry.Fault("context is missing");
        var cluster = Required(context, "cluster", file => file.Clusters);
        var options = KubeConfigReader.Cluster(cluster) with
        {
            Source = $"{Paths}, context {name}",
            Namespace = context.Text("namespace") ?? "default",
        };
        return context.Text("user") is null ? options : KubeConfigReader.AddUser(options, Required(context, "user", file => file.Users));
    }

    private string Paths => string.Join(Path.PathSeparator, files.Select(file => file.Path));

    private KubeConfigNode Required(
        KubeConfigNode context,
        string field,
        Func<KubeConfigFile, IReadOnlyDictionary<string, KubeConfigNode>> entries
    )
    {
        var name = context.RequiredText(field);
        var entry = Find(entries, name) ?? throw context.Fault($"there is no {field} \"{name}\"; there are: {Names(entries)}");
        return entry.Mapping(field) ?? throw entry.Fault($"{field} is missing");
    }

    private KubeConfigNode? Find(Func<KubeConfigFile, IReadOnlyDictionary<string, KubeConfigNode>> entries, string name) =>
        files.Select(file => entries(file).GetValueOrDefault(name)).FirstOrDefault(entry => entry is not null);

    private string Names(Func<KubeConfigFile, IReadOnlyDictionary<string, KubeConfigNode>> entries)
    {
        var names = files.SelectMany(file => entries(file).Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}

/// <summary>What the loader looks at besides its arguments.</summary>
/// <param name="Variable">Environment variable by name; null when it is not set.</param>
/// <param name="Home">Home directory.</param>
/// <param name="ServiceAccount">Directory into which the kubelet mounts the pod's service account.</param>
internal sealed record LoaderEnvironment(Func<string, string?> Variable, string Home, string ServiceAccount)
{
    public static LoaderEnvironment Real =>
        new(
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            "/var/run/secrets/kubernetes.io/serviceaccount"
        );
}
