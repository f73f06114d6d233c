using FluentValidation;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>Warnings that depend on the cluster as it is now; none when nothing is known of it.</summary>
internal sealed class ClusterValidator : AbstractValidator<PolicyDocument>
{
    public ClusterValidator() => RuleFor(document => document).Custom(Check);

    private static void Check(PolicyDocument document, ValidationContext<PolicyDocument> context)
    {
        if (document.Facts is { } facts)
        {
            if (facts.KnowsNamespaces)
            {
                CheckSelectors(document, facts, context);
            }

            CheckBlocks(document, facts, context);
            CheckServiceAddresses(document, facts, context);
            CheckSystemPods(document, facts, context);
        }
    }

    private static void CheckSelectors(PolicyDocument document, ClusterFacts facts, ValidationContext<PolicyDocument> context)
    {
        var matches = new Dictionary<string, bool>(StringComparer.Ordinal);
        CheckSelector(document, document.NamespaceSelector, "spec.namespaceSelector", facts, matches, context);
        foreach (var peer in document.Peers.Where(p => p.Model.NamespaceSelector is not null))
        {
            CheckSelector(document, peer.Model.NamespaceSelector, $"{peer.Path}.namespaceSelector", facts, matches, context);
        }
    }

    private static void CheckSelector(
        PolicyDocument document,
        V1LabelSelector? selector,
        string path,
        ClusterFacts facts,
        Dictionary<string, bool> matches,
        ValidationContext<PolicyDocument> context
    )
    {
        if (selector is null || LabelSelectorMatcher.FindError(selector) is not null)
        {
            return;
        }

        var key = LabelSelectorKey.From(selector);
        if (!matches.TryGetValue(key, out var found))
        {
            // In doubt there is one.
            found = facts.Snapshot.Namespaces.Any(n => document.IsTimeSpent() || LabelSelectorMatcher.Matches(selector, n.Labels));
            matches[key] = found;
        }

        if (!found)
        {
            context.AddWarning(FindingCodes.NoNamespaceMatches, path, null, $"matches no namespace now ({key}): check the labels");
        }
    }

    private static void CheckBlocks(PolicyDocument document, ClusterFacts facts, ValidationContext<PolicyDocument> context)
    {
        foreach (var block in document.Blocks)
        {
            if (
                !document.IsTimeSpent()
                && block.Cidr.Meant is { PrefixLength: > 0 } cidr
                && facts.PodRanges.Overlaps(cidr)
                && block.Addresses.Overlaps(facts.PodRanges)
            )
            {
                context.AddWarning(
                    FindingCodes.CidrOverlapsPods,
                    $"{block.Path}.cidr",
                    block.Cidr.Text,
                    "holds addresses of pods, which change owners: use podSelector or namespaceSelector for pods, and except their range here"
                );
            }
        }
    }

    /// <summary>What is sent to a Service has the address of a pod when policies see it, so its own address matches nothing.</summary>
    private static void CheckServiceAddresses(PolicyDocument document, ClusterFacts facts, ValidationContext<PolicyDocument> context)
    {
        if (!facts.HasServices)
        {
            return;
        }

        foreach (var block in document.Blocks)
        {
            if (block.Cidr.Meant is { IsSingle: true } cidr && facts.ServiceAt(cidr.Network) is { Metadata: var service })
            {
                context.AddWarning(
                    FindingCodes.CidrIsServiceAddress,
                    $"{block.Path}.cidr",
                    block.Cidr.Text,
                    $"is the address of Service {service.NamespaceProperty}/{service.Name}, in place of which policies see that of a pod: "
                        + "select the pods behind it, on their target port"
                );
            }
        }
    }

    private static void CheckSystemPods(PolicyDocument document, ClusterFacts facts, ValidationContext<PolicyDocument> context)
    {
        if (!Directions.All.Any(document.Isolates))
        {
            return;
        }

        var selector = document.PodSelector ?? LabelSelectorMatcher.Everything;
        foreach (var name in SystemNamespaces.Dns)
        {
            var system = facts.Snapshot.Namespaces.FirstOrDefault(n => n.Name == name);
            if (system is null || !document.AppliesTo(system))
            {
                continue;
            }

            var pods = facts
                .SelectablePods(name)
                .Where(group => !document.IsTimeSpent() && LabelSelectorMatcher.Matches(selector, group.Labels))
                .SelectMany(group => group.Pods)
                .Select(pod => pod.Name)
                .Order(StringComparer.Ordinal)
                .ToList();
            if (pods.Count > 0)
            {
                context.AddWarning(
                    FindingCodes.IsolatesSystemPods,
                    document.IsNetworkPolicy ? "spec.podSelector" : "spec.namespaceSelector",
                    null,
                    $"isolates pods of {name}, on which the cluster may depend: {Text.List(pods)}"
                );
            }
        }
    }
}
