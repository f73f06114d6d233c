using FluentValidation;

namespace Palisade.Policy.Validation;

/// <summary>Ports exist, ranges go up, names are names, protocols are known.</summary>
internal sealed class PortValidator : AbstractValidator<DocumentRule>
{
    private const int MaxPort = 65535;
    private static readonly string[] Protocols = ["TCP", "UDP", "SCTP"];

    public PortValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        for (var i = 0; i < rule.Ports.Length; i++)
        {
            CheckPort(rule.Ports[i], rule, i, context);
            CheckEndPort(rule.Ports[i], rule, i, context);
            CheckProtocol(rule.Ports[i], rule, i, context);
        }
    }

    private static void CheckPort(V1NetworkPolicyPort entry, DocumentRule rule, int index, ValidationContext<DocumentRule> context)
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
                context.AddError(FindingCodes.PortOutOfRange, field, port.Number, "must be from 1 to 65535");
            }
        }
        else if (ValidateName(port.Text!) is { } reason)
        {
            context.AddError(FindingCodes.PortNameInvalid, field, port.Text, reason);
        }
    }

    private static void CheckEndPort(V1NetworkPolicyPort entry, DocumentRule rule, int index, ValidationContext<DocumentRule> context)
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
            context.AddError(FindingCodes.EndPortInvalid, $"{rule.PortPath(index)}.endPort", end, reason);
        }
    }

    private static void CheckProtocol(V1NetworkPolicyPort entry, DocumentRule rule, int index, ValidationContext<DocumentRule> context)
    {
        if (entry.Protocol is { } protocol && !Protocols.Contains(protocol, StringComparer.Ordinal))
        {
            var meant = Text.DidYouMean(protocol, Protocols);
            context.AddError(
                FindingCodes.ProtocolUnknown,
                $"{rule.PortPath(index)}.protocol",
                protocol,
                $"must be TCP, UDP or SCTP{meant}"
            );
        }
    }

    private static string? ValidateName(string name)
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

/// <summary>Warns of port entries that allow nothing another entry of the rule does not.</summary>
internal sealed class DuplicatePortValidator : AbstractValidator<DocumentRule>
{
    public DuplicatePortValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        var byProtocol = Enumerable.Range(0, rule.Ports.Length).GroupBy(i => rule.Ports[i].Protocol ?? "TCP", StringComparer.Ordinal);
        foreach (var (index, by) in byProtocol.SelectMany(entries => Needless(rule, [.. entries])))
        {
            context.AddWarning(
                FindingCodes.PortDuplicate,
                rule.PortPath(index),
                Display(rule.Ports[index]),
                $"is already allowed by ports[{by}], {Display(rule.Ports[by])}: remove it"
            );
        }
    }

    /// <summary>Entries of one protocol, each with the one that makes it needless: of two equal ones the later is needless.</summary>
    private static IEnumerable<(int Index, int By)> Needless(DocumentRule rule, int[] entries)
    {
        if (Array.Find(Array.ConvertAll(entries, i => (int?)i), i => rule.Ports[i!.Value].Port is null) is { } every)
        {
            return entries.Where(i => i != every).Select(i => (i, every));
        }

        var isName = entries.ToLookup(i => rule.Ports[i].Port!.IsText);
        var names = isName[true].GroupBy(i => rule.Ports[i].Port!.Text, StringComparer.Ordinal);
        return names
            .SelectMany(equal => equal.Skip(1).Select(i => (i, equal.First())))
            .Concat(WithinOthers(isName[false].Select(i => (i, rule.Ports[i].Port!.Number, Last(rule.Ports[i])))));
    }

    /// <summary>Ranges that lie within another one: in order of their beginnings, within the one that ends last of those before.</summary>
    private static IEnumerable<(int Index, int By)> WithinOthers(IEnumerable<(int Index, int First, int Last)> ranges)
    {
        (int Index, int Last)? widest = null;
        foreach (var (index, _, last) in ranges.OrderBy(range => range.First).ThenByDescending(range => range.Last))
        {
            if (widest?.Last >= last)
            {
                yield return (index, widest.Value.Index);
            }
            else
            {
                widest = (index, last);
            }
        }
    }

    private static int Last(V1NetworkPolicyPort port) => port.EndPort ?? port.Port!.Number;

    private static string Display(V1NetworkPolicyPort port)
    {
        var end = port.EndPort is { } last ? $"-{last}" : "";
        return $"{port.Protocol ?? "TCP"} {(port.Port is { } first ? $"{first}{end}" : "on every port")}";
    }
}

/// <summary>Warns of named egress ports towards addresses: only pods give names to ports, so the name matches no other address.</summary>
internal sealed class NamedPortValidator : AbstractValidator<DocumentRule>
{
    public NamedPortValidator() => RuleFor(rule => rule).Custom(Check);

    private static void Check(DocumentRule rule, ValidationContext<DocumentRule> context)
    {
        if (rule.Direction != Directions.Egress || rule.Peers.FirstOrDefault(p => p.IsAddresses) is not { } peer)
        {
            return;
        }

        for (var i = 0; i < rule.Ports.Length; i++)
        {
            if (rule.Ports[i].Port is { IsText: true } name)
            {
                context.AddWarning(
                    FindingCodes.NamedPortWithAddresses,
                    $"{rule.PortPath(i)}.port",
                    name.Text,
                    $"is a name, which only pods give to ports: of {peer.Path[(peer.Path.LastIndexOf('.') + 1)..]} it matches the pods with such an address and nothing else; give the number if others are meant"
                );
            }
        }
    }
}
