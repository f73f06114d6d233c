using System.Globalization;
using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Events;

/// <summary>How often an event that was sent came again.</summary>
internal sealed class EventSeries(NamespacedName sent, DateTime first)
{
    private DateTime _last = first;
    private int _count = 1;
    private int _countSent = 1;

    /// <summary>Key of the event as it was sent.</summary>
    public NamespacedName Event => sent;

    /// <summary>Whether it has not come again for as long as that.</summary>
    public bool IsOver(DateTime now, TimeSpan after) => now - _last >= after;

    /// <summary>Counts one more.</summary>
    /// <returns>Whether it is the first that came again.</returns>
    public bool CameAgain(DateTime at)
    {
        _count++;
        _last = at;
        return _count == 2;
    }

    /// <summary>The change that brings the sent event up to date; null when it did not come again since.</summary>
    public Patch? TakeUpdate()
    {
        if (_count == _countSent)
        {
            return null;
        }

        _countSent = _count;
        return Patch.Merge(
            new JsonObject
            {
                ["series"] = new JsonObject
                {
                    ["count"] = _count,
                    ["lastObservedTime"] = _last.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                },
            }
        );
    }
}
