namespace Palisade.Agent.Tests.Programs;

/// <summary>Specs of NetworkPolicies that several tests use, in one line of YAML.</summary>
internal static class PolicySpecs
{
    /// <summary>Nobody may reach any pod.</summary>
    public const string DenyAll = "{podSelector: {}, policyTypes: [Ingress]}";

    /// <summary>Of the pods labelled app=db, only those labelled app=web may reach them.</summary>
    public const string FromWeb = "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}";
}
