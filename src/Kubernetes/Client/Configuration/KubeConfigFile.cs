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
