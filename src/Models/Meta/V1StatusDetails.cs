namespace Palisade.Models;

/// <summary>What an error status is about.</summary>
public sealed class V1StatusDetails
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; set; }

    /// <summary>API group of the object.</summary>
    public string? Group { get; set; }

    /// <summary>Kind of the object.</summary>
    public string? Kind { get; set; }

    /// <summary>UID of the object.</summary>
    public string? Uid { get; set; }

    /// <summary>Single faults, one a field.</summary>
    public IList<V1StatusCause>? Causes { get; set; }

    /// <summary>Seconds to wait before another try.</summary>
    public int? RetryAfterSeconds { get; set; }
}
