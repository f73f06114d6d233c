using System.Collections.Immutable;
using System.Globalization;
using FluentValidation;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>
/// Warns of rules with the port of a Service that forwards to another port of its pods: policies go by the pods' port, since they see packets
/// after the Service's address and port were replaced. Only where Services and pods are known.
/// </summary>
internal sealed class ServicePortValidator : AbstractValidator<PolicyDocument>
{
    public ServicePortValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        if (document.Facts is not { HasServices: true } facts)
        {
            return;
        }

        foreach (var rule in document.Rules)
        {
            var candidates = Enumerable.Range(0, rule.Ports.Length).Where(i => IsNumber(rule.Ports[i]) && !document.IsTimeSpent()).ToList();
            if (candidates.Count > 0)
            {
                var servers = Servers(document, rule, facts);
                candidates.ForEach(i => CheckPort(rule, i, servers, context));
            }
        }
    }

    private static bool IsNumber(V1NetworkPolicyPort entry) => entry is { Port: { IsText: false }, EndPort: null };

    private static void CheckPort(DocumentRule rule, int index, List<ServedPods> servers, ValidationContext<PolicyDocument> context)
    {
        var (port, protocol) = (rule.Ports[index].Port!.Number, rule.Ports[index].Protocol ?? "TCP");
        // The port may be meant for those of the pods that are not behind such a Service.
        var isMeant = servers.Exists(pods => pods.Serves(port, protocol) || pods.Forwarded(port, protocol) is null);
        if (!isMeant && servers.Count > 0 && servers[0].Forwarded(port, protocol) is var (service, target))
        {
            context.AddWarning(
                FindingCodes.ServicePortMeant,
                $"{rule.PortPath(index)}.port",
                port,
                $"is the port of Service {service}, which forwards to {target}, and it is the pods' port that counts: write {target}"
            );
        }
    }

    /// <summary>The pods that a rule lets connections to: of an ingress rule those that are isolated, of an egress rule its peers.</summary>
    private static List<ServedPods> Servers(PolicyDocument document, DocumentRule rule, ClusterFacts facts)
    {
        var targets = facts.Snapshot.Namespaces.Where(document.AppliesTo).Select(n => n.Name).ToList();
        if (rule.Direction == Directions.Ingress)
        {
            return [.. targets.SelectMany(name => Select(name, document.PodSelector ?? LabelSelectorMatcher.Everything, facts))];
        }

        var servers = new List<ServedPods>();
        foreach (var peer in rule.Peers.Where(p => p.HasSelectors && !document.IsTimeSpent()))
        {
            var namespaces = peer.Model.NamespaceSelector is { } selector
                ? facts.Snapshot.Namespaces.Where(n => LabelSelectorMatcher.Matches(selector, n.Labels)).Select(n => n.Name)
                : targets;
            var pods = peer.Model.PodSelector ?? LabelSelectorMatcher.Everything;
            servers.AddRange(namespaces.SelectMany(name => Select(name, pods, facts)));
        }

        return servers;
    }

    private static IEnumerable<ServedPods> Select(string inNamespace, V1LabelSelector selector, ClusterFacts facts) =>
        facts
            .SelectablePods(inNamespace)
            .Where(group => LabelSelectorMatcher.Matches(selector, group.Labels))
            .Select(group => new ServedPods(group, [.. facts.Services(inNamespace).Where(service => Selects(service, group))]));

    private static bool Selects(V1Service service, PodGroup group) =>
        service.Spec?.Selector is { Count: > 0 } selector
        && selector.All(wanted => group.Labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value);

    /// <summary>Pods of the same labels with the Services that lead to them.</summary>
    private sealed record ServedPods(PodGroup Group, ImmutableArray<V1Service> Services)
    {
        /// <summary>Whether the pods are known to listen on the port: a container declares it, or a Service forwards to it.</summary>
        public bool Serves(int port, string protocol) =>
            Group.Pods.Any(pod => pod.DeclaresPort(protocol, port)) || Ports(protocol).Any(item => Numbers(item.Port).Contains(port));

        /// <summary>A Service that forwards the port to another one, and that other one: a number, or a name where no pod gives it a number.</summary>
        public (string Service, string Target)? Forwarded(int port, string protocol)
        {
            var forwarding = Ports(protocol).Where(item => item.Port.Port == port).ToList();
            if (forwarding.Count == 0)
            {
                return null;
            }

            var (service, served) = forwarding[0];
            var numbers = Numbers(served).Select(number => number.ToString(CultureInfo.InvariantCulture));
            return (
                $"{service.Metadata.NamespaceProperty}/{service.Metadata.Name}",
                numbers.DefaultIfEmpty(served.TargetPort?.Text ?? "").First()
            );
        }

        private IEnumerable<(V1Service Service, V1ServicePort Port)> Ports(string protocol) =>
            from service in Services
            from port in service.Spec?.Ports ?? []
            where (port.Protocol ?? "TCP") == protocol
            select (service, port);

        private IEnumerable<int> Numbers(V1ServicePort port) =>
            port.TargetPort switch
            {
                null => [port.Port],
                { IsText: true } name => Group
                    .Pods.SelectMany(pod => pod.PortsNamed(name.Text!, port.Protocol ?? "TCP"))
                    .Distinct()
                    .Order(),
                { } number => [number.Number],
            };
    }
}
