namespace Palisade.Kubernetes.Client.Configuration;

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
