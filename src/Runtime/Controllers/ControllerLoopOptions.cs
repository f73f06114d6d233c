using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Controllers;

/// <summary>How a <see cref="ControllerLoop{TEntity}"/> runs.</summary>
public sealed record ControllerLoopOptions
{
    /// <summary>How many entities are reconciled at once.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Informers that must have synced before anything is reconciled, besides that of the entities.</summary>
    public IReadOnlyList<IInformer> Prerequisites { get; init; } = [];
}
