namespace Palisade.Operator.Bench;

/// <summary>What a number of writes has cost.</summary>
/// <param name="Took">Time on the wall clock.</param>
/// <param name="Used">Processor time.</param>
internal sealed record Cost(TimeSpan Took, ProcessorUse Used)
{
    /// <summary>That of nothing.</summary>
    public static readonly Cost None = new(TimeSpan.Zero, new(TimeSpan.Zero, TimeSpan.Zero));

    /// <summary>Does something and says what it cost.</summary>
    /// <param name="writers">Processes that write, or are at work beside.</param>
    /// <param name="write">What is done; says how long it took.</param>
    public static async Task<Cost> OfAsync(int[] writers, Func<Task<TimeSpan>> write)
    {
        var before = ProcessorUse.Now(writers);
        var took = await write();
        return new(took, ProcessorUse.Now(writers) - before);
    }

    /// <summary>Both together.</summary>
    public static Cost operator +(Cost one, Cost other) =>
        new(one.Took + other.Took, new(one.Used.Servers + other.Used.Servers, one.Used.Writers + other.Used.Writers));
}
