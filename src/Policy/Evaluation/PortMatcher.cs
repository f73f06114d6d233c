using Palisade.Policy.Connectivity;

namespace Palisade.Policy.Evaluation;

/// <summary>Whether one port entry of a rule means a destination port.</summary>
internal static class PortMatcher
{
    /// <summary>Whether the entry means the port.</summary>
    /// <param name="entry">Entry of the rule.</param>
    /// <param name="protocol">Protocol of the connection.</param>
    /// <param name="number">Destination port of the connection.</param>
    /// <param name="namesPorts">Destination pod, which gives names to ports; null for addresses of no pod, where a name means nothing.</param>
    public static bool Matches(V1NetworkPolicyPort entry, string protocol, int number, PodFacts? namesPorts)
    {
        if ((entry.Protocol ?? "TCP") != protocol)
        {
            return false;
        }

        if (entry.Port is not { } port)
        {
            return entry.EndPort is null;
        }

        return port.IsText
            ? entry.EndPort is null && namesPorts is not null && namesPorts.NamesPort(port.Text!, protocol, number)
            : port.Number <= number && number <= (entry.EndPort ?? port.Number);
    }

    /// <summary>All ports that the entry means.</summary>
    /// <param name="entry">Entry of the rule.</param>
    /// <param name="namesPorts">Destination pod, which gives names to ports; null for addresses of no pod, where a name means nothing.</param>
    public static PortSet PortsOf(V1NetworkPolicyPort entry, PodFacts? namesPorts)
    {
        var protocol = entry.Protocol ?? "TCP";
        if (entry.Port is not { } port)
        {
            return entry.EndPort is null ? PortSet.Create(protocol, 1, PortSet.MaxPort) : PortSet.Empty;
        }

        if (!port.IsText)
        {
            return PortSet.Create(protocol, port.Number, entry.EndPort ?? port.Number);
        }

        return entry.EndPort is null && namesPorts is not null
            ? PortSet.Union(namesPorts.PortsNamed(port.Text!, protocol).Select(number => PortSet.Create(protocol, number)))
            : PortSet.Empty;
    }
}
