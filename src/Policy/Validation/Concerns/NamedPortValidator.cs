using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Warns of named egress ports towards addresses: only pods give names to ports, so the name matches no other address.</summary>
internal sealed class NamedPortValidator : Concern
{
    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules.Where(r => r.Direction == Directions.Egress))
        {
            for (var i = 0; i < rule.Ports.Length; i++)
            {
                if (rule.Ports[i].Port is { IsText: true } name && rule.Peers.FirstOrDefault(p => p.IsAddresses) is { } peer)
                {
                    findings.Warning(
                        FindingCodes.NamedPortWithAddresses,
                        $"{rule.PortPath(i)}.port",
                        name.Text,
                        $"is a name, which only pods give to ports: of {peer.Path[(peer.Path.LastIndexOf('.') + 1)..]} it matches the pods with such an address and nothing else; give the number if others are meant"
                    );
                }
            }
        }
    }
}
