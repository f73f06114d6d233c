namespace Palisade.Kubernetes.Client.Configuration;

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
