namespace Palisade.Webhook.Decoding;

/// <summary>What a walk over JSON found.</summary>
internal sealed class ShapeReport
{
    /// <summary>How many faults are kept: a body of 3 MiB holds more than anyone reads.</summary>
    public const int MaxEntries = 100;

    private readonly List<ShapeFault> _faults = [];

    /// <summary>Values that their fields cannot take, in the order of the document, at most <see cref="MaxEntries"/>.</summary>
    public IReadOnlyList<ShapeFault> Faults => _faults;

    /// <summary>Whether the document must be cleaned before it can be deserialised: it has faults, or nulls that the model cannot hold.</summary>
    public bool NeedsCleaning { get; private set; }

    /// <summary>Notes a null, which the API server reads as absent.</summary>
    /// <param name="mustGo">Whether the model cannot hold it.</param>
    public void AddNull(bool mustGo) => NeedsCleaning |= mustGo;

    /// <summary>Notes a value that its field cannot take.</summary>
    public void Add(ShapeFault fault)
    {
        NeedsCleaning = true;
        if (_faults.Count < MaxEntries)
        {
            _faults.Add(fault);
        }
    }
}
