using System.Globalization;
using System.Text;
using Palisade.Dataplane.Layout;
using Palisade.Dataplane.Planning;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Rendering;

/// <summary>Writes set commands as <c>ipset restore</c> takes them.</summary>
public sealed class SetRenderer(DataplaneOptions options)
{
    private readonly MarkLayout _marks = new((options ?? throw new ArgumentNullException(nameof(options))).MarkMask);

    /// <summary>The commands, a line each.</summary>
    public string Render(IEnumerable<SetCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var text = new StringBuilder();
        foreach (var command in commands)
        {
            text.Append(Render(command)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The command.</summary>
    public string Render(SetCommand command) =>
        command switch
        {
            CreateSet create => $"create {create.Name} {TypeOf(create)}",
            DestroySet destroy => $"destroy {destroy.Name}",
            PutEntry put => $"add {put.Name} {Entry(put.Family, put.Kind, put.Entry)}{Extension(put)}",
            RemoveEntry remove => $"del {remove.Name} {Entry(remove.Family, remove.Kind, remove.Entry with { IsException = false })}",
            SwapSets swap => $"swap {swap.Name} {swap.Other}",
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "unknown set command"),
        };

    private static string TypeOf(CreateSet set)
    {
        var type = set.Kind switch
        {
            SetKind.Addresses or SetKind.Classes => "hash:ip",
            SetKind.AddressPorts => "hash:ip,port",
            SetKind.AddressPairs => "hash:net,net",
            SetKind.Blocks => "hash:net",
            SetKind.Ports => "bitmap:port",
            SetKind.Cut => "hash:ip,port,ip",
            _ => throw new ArgumentOutOfRangeException(nameof(set), set.Kind, "unknown kind of set"),
        };
        if (set.Kind == SetKind.Ports)
        {
            return $"{type} range 0-65535";
        }

        var family = set.Family == IpFamily.IPv4 ? "inet" : "inet6";
        var size = string.Create(CultureInfo.InvariantCulture, $"hashsize 1024 maxelem {set.MaxEntries}");
        var extension = set.Kind switch
        {
            SetKind.Classes => " skbinfo",
            // Full of entries that expire, it drops one of them for a new one.
            SetKind.Cut => " timeout 600 forceadd",
            _ => "",
        };
        return $"{type} family {family} {size}{extension}";
    }

    private static string Entry(IpFamily family, SetKind kind, SetEntry entry)
    {
        var address = new IpAddress(family, entry.Address);
        return kind switch
        {
            SetKind.Addresses or SetKind.Classes => $"{address}",
            SetKind.AddressPorts => string.Create(CultureInfo.InvariantCulture, $"{address},{ProtocolName(entry.Protocol)}:{entry.Port}"),
            SetKind.AddressPairs => $"{address},{address}",
            SetKind.Blocks => string.Create(
                CultureInfo.InvariantCulture,
                $"{address}/{entry.PrefixLength}{(entry.IsException ? " nomatch" : "")}"
            ),
            SetKind.Ports => entry.Port.ToString(CultureInfo.InvariantCulture),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of set"),
        };
    }

    private string Extension(PutEntry put) => put.Kind == SetKind.Classes ? $" skbmark {_marks.Of(put.Class)}" : "";

    private static string ProtocolName(byte protocol) =>
        protocol switch
        {
            6 => "tcp",
            17 => "udp",
            132 => "sctp",
            _ => protocol.ToString(CultureInfo.InvariantCulture),
        };
}
