using k8s;

namespace Palisade.Agent.Cluster;

/// <summary>Takes from freshly read objects what rules do not depend on, so that ten thousand pods stay within some tens of megabytes.</summary>
public sealed class Slimming(StringPool pool)
{
    /// <summary>Leaves a pod its labels, node, named ports, phase and addresses.</summary>
    public void Slim(V1Pod pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        SlimObject(pod);
        if (pod.Spec is { } spec)
        {
            spec.NodeName = pool.ShareOptional(spec.NodeName);
            spec.Containers = WithNamedPorts(spec.Containers);
            spec.InitContainers = WithNamedPorts(spec.InitContainers);
        }
        if (pod.Status is { } status)
        {
            status.Phase = pool.ShareOptional(status.Phase);
            status.HostIP = pool.ShareOptional(status.HostIP);
            // podIP repeats the first of podIPs: one text is enough.
            status.PodIP = status.PodIPs?.FirstOrDefault()?.Ip is { } first && first == status.PodIP ? first : status.PodIP;
        }
    }

    /// <summary>Leaves a namespace its labels.</summary>
    public void Slim(V1Namespace entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        SlimObject(entity);
    }

    /// <summary>Leaves a policy its labels and spec.</summary>
    public void Slim(V1NetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        SlimObject(policy);
    }

    /// <summary>Leaves a node its labels, pod ranges and addresses.</summary>
    public void Slim(V1Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        SlimObject(node);
    }

    /// <summary>Leaves a Service its labels and spec.</summary>
    public void Slim(V1Service service)
    {
        ArgumentNullException.ThrowIfNull(service);
        SlimObject(service);
    }

    /// <summary>Leaves a profile its labels and spec.</summary>
    public void Slim(DefaultDenyProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        SlimObject(profile);
        profile.Status = null;
    }

    private void SlimObject(IKubernetesObject<V1ObjectMeta> entity)
    {
        entity.ApiVersion = pool.Share(entity.ApiVersion);
        entity.Kind = pool.Share(entity.Kind);
        var metadata = entity.Metadata;
        metadata.NamespaceProperty = pool.ShareOptional(metadata.NamespaceProperty);
        metadata.Annotations = null;
        metadata.OwnerReferences = null;
        metadata.Finalizers = null;
        metadata.ManagedFields = null;
        metadata.GenerateName = null;
        metadata.Labels = Share(metadata.Labels);
    }

    private Dictionary<string, string>? Share(IDictionary<string, string>? labels)
    {
        if (labels is not { Count: > 0 })
        {
            return null;
        }
        var shared = new Dictionary<string, string>(labels.Count, StringComparer.Ordinal);
        foreach (var (key, value) in labels)
        {
            shared.Add(pool.Share(key), pool.Share(value));
        }
        return shared;
    }

    private V1Container[]? WithNamedPorts(IList<V1Container>? containers)
    {
        var kept = containers?.Where(container => container.Ports?.Any(port => port.Name is not null) == true).ToArray();
        if (kept is not { Length: > 0 })
        {
            return null;
        }
        foreach (var container in kept)
        {
            container.Name = pool.Share(container.Name);
            container.Ports = [.. container.Ports!.Where(port => port.Name is not null)];
            foreach (var port in container.Ports)
            {
                port.Name = pool.ShareOptional(port.Name);
                port.Protocol = pool.ShareOptional(port.Protocol);
            }
        }
        return kept;
    }
}
