using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Ports exist, ranges go up, names are names, protocols are known.</summary>
internal sealed class PortValidator : Concern
{
    private const int MaxPort = 65535;
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];

    protected override void Check(PolicyDocument document, FindingSink findings)
    {
        foreach (var rule in document.Rules)
        {
            for (var i = 0; i < rule.Ports.Length; i++)
            {
                CheckPort(rule.Ports[i], rule, i, findings);
                CheckEndPort(rule.Ports[i], rule, i, findings);
                CheckProtocol(rule.Ports[i], rule, i, findings);
            }
        }
    }

    private static void CheckPort(V1NetworkPolicyPort entry, DocumentRule rule, int index, FindingSink findings)
    {
        if (entry.Port is not { } port)
        {
            return;
        }

        var field = $"{rule.PortPath(index)}.port";
        if (!port.IsText)
        {
            if (port.Number is < 1 or > MaxPort)
            {
                findings.ErrorOfNumber(FindingCodes.PortOutOfRange, field, port.Number, "must be from 1 to 65535");
            }
        }
        else if (WhyNoName(port.Text!) is { } reason)
        {
            findings.Error(FindingCodes.PortNameInvalid, field, port.Text, reason);
        }
    }

    private static void CheckEndPort(V1NetworkPolicyPort entry, DocumentRule rule, int index, FindingSink findings)
    {
        if (entry.EndPort is not { } end)
        {
            return;
        }

        var reason = entry.Port switch
        {
            null => "must come with port, the first of the range",
            { IsText: true } => "must come with a port that is a number, not a name",
            _ when end is < 1 or > MaxPort => "must be from 1 to 65535",
            { } port when end < port.Number => $"must not be below port {port.Number}",
            _ => null,
        };
        if (reason is not null)
        {
            findings.ErrorOfNumber(FindingCodes.EndPortInvalid, $"{rule.PortPath(index)}.endPort", end, reason);
        }
    }

    private static void CheckProtocol(V1NetworkPolicyPort entry, DocumentRule rule, int index, FindingSink findings)
    {
        if (entry.Protocol is { } protocol && !Protocols.Contains(protocol, StringComparer.Ordinal))
        {
            var meant = Text.DidYouMean(protocol, Protocols);
            findings.Error(FindingCodes.ProtocolUnknown, $"{rule.PortPath(index)}.protocol", protocol, $"must be TCP, UDP or SCTP{meant}");
        }
    }

    private static string? WhyNoName(string name)
    {
        if (name.Length > 0 && name.All(char.IsAsciiDigit))
        {
            return $"must be a number without quotes, or a name with a letter in it: write {name}";
        }

        if (IsName(name))
        {
            return null;
        }

        var near = name.ToLowerInvariant().Replace('_', '-');
        var meant = IsName(near) ? $": did you mean \"{near}\"?" : "";
        return $"must be at most 15 characters of a-z, 0-9 and single -, with a letter in it and no - first or last{meant}";
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 15
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && name.Any(char.IsAsciiLetterLower)
        && name[0] != '-'
        && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal);
}
