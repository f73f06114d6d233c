using System.CommandLine;
using Palisade.Cli.Manifests;

namespace Palisade.Cli.Input;

/// <summary>The option by which a command is told which API server the policies are for, the same for every command.</summary>
internal static class KubernetesVersionOption
{
    private const string Name = "--kubernetes-version";

    public static Option<KubernetesVersion?> AddTo(Command command)
    {
        var option = new Option<KubernetesVersion?>(Name)
        {
            Description =
                "Version of the API server that NetworkPolicies are for: what it refuses is an error, what it lets in a warning. "
                + $"By default that of a live cluster, and {KubernetesVersion.Newest} for files.",
            HelpName = "VERSION",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (KubernetesVersion.TryParse(text, out var version))
                {
                    return version;
                }
                result.AddError($"{Name}: \"{text}\" must be a version such as {KubernetesVersion.Newest}");
                return null;
            },
        };
        command.Options.Add(option);
        return option;
    }

    /// <summary>The version that was given, or else that of the cluster which the objects were read from, or else the newest.</summary>
    public static KubernetesVersion Choose(KubernetesVersion? given, ManifestSet manifests) =>
        given ?? manifests.ServerVersion ?? KubernetesVersion.Newest;
}
