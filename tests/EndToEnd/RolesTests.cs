using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>The roles of <c>config/</c>, held against what the programs ask of the API server when everything happens that they look after.</summary>
public sealed class RolesTests(ClusterFixture cluster)
{
    private const string Operator = "system:serviceaccount:palisade-system:palisade-operator";

    /// <summary>Only a role that grants too much, or too little, reaches it.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private const string Audited = """
        apiVersion: palisade.dev/v1alpha1
        kind: DefaultDenyProfile
        metadata: {name: CASE-audited, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE}}
          enforcement: Audit
          allow: {kubeAPIServer: true}
        """;

    // Somebody else's NetworkPolicy has the name of the stamped one, from before the webhook.
    private const string Taken = """
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
         "metadata": {"name": "palisade-cnp-roles-late", "namespace": "roles-data"},
         "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}}
        """;

    private const string Conflict = """
        apiVersion: palisade.dev/v1alpha1
        kind: ClusterNetworkPolicy
        metadata: {name: CASE-late, labels: {case: CASE}}
        spec:
          namespaceSelector: {matchLabels: {case: CASE, late: "yes"}}
          policyTypes: [Ingress]
          ingress: [{}]
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Roles_OfAllPrograms_SufficeAndGrantNothingThatIsNotUsed()
    {
        await using var shop = await Shop.CreateAsync(cluster, "roles", CancellationToken);
        await Task.WhenAll(LoseAuthorityAsync(), SpoilRulesAsync(cluster.NodeNames[0]));
        await shop.ApplyAsync(Audited, CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDeny, CancellationToken);
        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);
        await TakeNameAsync();
        await shop.ApplyAsync(Conflict, CancellationToken);
        await SpoilStampedAsync();
        await shop.KubectlAsync(CancellationToken, "delete", "ddp/CASE", "cnetpol/CASE-front");

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        deadline.CancelAfter(Deadline);
        var result = await cluster.AuditRolesAsync(CancellationToken);
        while (result.ExitCode != 0 && !deadline.IsCancellationRequested)
        {
            // What comes again makes an event that counts; an agent that has just written its rules for another reason makes none.
            await Task.WhenAll(SpoilRulesAsync(cluster.NodeNames[0]), ConflictComesAndGoesAsync());
            result = await cluster.AuditRolesAsync(CancellationToken);
        }

        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }

    /// <summary>Takes the webhook's authority away; it makes another, and what the API server asks meanwhile is answered.</summary>
    private async Task LoseAuthorityAsync()
    {
        string[] secret = ["secret", "-n", "palisade-system", "palisade-webhook-ca"];
        await cluster.KubectlAsync(CancellationToken, ["patch", .. secret, "--type=json", "-p", """[{"op": "remove", "path": "/data"}]"""]);
        await BecomesAsync(key => key.Length > 0, [.. secret, "-o", """jsonpath={.data.ca\.key}"""]);
        await cluster.ApplyAsync(Audited.Replace("CASE", "roles", StringComparison.Ordinal), CancellationToken);
    }

    /// <summary>Takes the owner from a stamped NetworkPolicy, and adds to another; as the operator, whom the webhook lets through.</summary>
    private async Task SpoilStampedAsync()
    {
        string[] profile = ["networkpolicy", "-n", "roles-web", "palisade-ddp-roles"];
        await PatchAsOperatorAsync(
            profile,
            """{"metadata": {"ownerReferences": null}, "spec": {"podSelector": {"matchLabels": {"app": "none"}}}}"""
        );
        await BecomesAsync(
            text => text == "{} roles",
            [.. profile, "-o", "jsonpath={.spec.podSelector} {.metadata.ownerReferences[0].name}"]
        );

        string[] policy = ["networkpolicy", "-n", "roles-data", "palisade-cnp-roles-database"];
        await PatchAsOperatorAsync(policy, """{"spec": {"egress": [{}]}}""");
        await BecomesAsync(egress => egress.Length == 0, [.. policy, "-o", "jsonpath={.spec.egress}"]);
    }

    private async Task TakeNameAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Taken, CancellationToken);
        await cluster.KubectlAsync(CancellationToken, "create", "-f", file, $"--as={Operator}");
        File.Delete(file);
    }

    private async Task PatchAsOperatorAsync(string[] policy, string patch)
    {
        await BecomesAsync(found => found.Length > 0, [.. policy, "--ignore-not-found", "-o", "name"]);
        await cluster.KubectlAsync(CancellationToken, ["patch", .. policy, "--type=merge", "-p", patch, $"--as={Operator}"]);
    }

    private async Task SpoilRulesAsync(string node)
    {
        string[] iptables = ["netns", "exec", cluster.Lab.Nodes[node].Network.Name, "iptables"];
        var flushed = await CommandResult.OfAsync("ip", [.. iptables, "-t", "mangle", "-F", "FORWARD"], CancellationToken);
        flushed.ExitCode.ShouldBe(0, flushed.Error);
        await Eventually.TrueAsync(
            async () =>
                (await CommandResult.OfAsync("ip", [.. iptables, "-t", "mangle", "-S", "FORWARD"], CancellationToken)).Output.Contains(
                    "PLSD-",
                    StringComparison.Ordinal
                ),
            CancellationToken
        );
    }

    private async Task ConflictComesAndGoesAsync()
    {
        string[] reason = ["cnetpol", "roles-late", "-o", """jsonpath={.status.conditions[?(@.type=="Ready")].reason}"""];
        await cluster.KubectlAsync(CancellationToken, "label", "namespace", "roles-data", "late=yes");
        await BecomesAsync(found => found == "NameTaken", reason);
        await cluster.KubectlAsync(CancellationToken, "label", "namespace", "roles-data", "late-");
        await BecomesAsync(found => found is not ("NameTaken" or ""), reason);
    }

    private Task BecomesAsync(Predicate<string> expected, string[] query) =>
        Eventually.TrueAsync(
            async () => expected(await cluster.KubectlAsync(CancellationToken, ["get", .. query])),
            CancellationToken,
            string.Join(' ', query)
        );
}
