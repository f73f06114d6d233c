namespace Palisade.Lab.Probes;

/// <summary>Makes real connections from places of a lab, to see what its nodes let through.</summary>
/// <param name="options">How; null for the defaults.</param>
public sealed class Prober(ProbeOptions? options = null)
{
    private readonly ProbeOptions _options = options ?? new();

    /// <summary>Makes one connection, exchanges a word, and closes it.</summary>
    public async Task<ProbeResult> ProbeAsync(LabHost from, ProbeTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        using var connection = new ProbeConnection(from, target, _options);
        return await connection.OpenAsync(cancellationToken);
    }

    /// <summary>Makes one connection to the address of a host that is of the same family as <paramref name="from"/>'s first.</summary>
    /// <exception cref="LabException">They have no family in common.</exception>
    public Task<ProbeResult> ProbeAsync(LabHost from, LabHost to, int port, ProbeProtocol protocol, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var address =
            from.Addresses.Select(own => to.AddressOf(own.AddressFamily)).FirstOrDefault(address => address is not null)
            ?? throw new LabException($"{from} and {to} have no address family in common");
        return ProbeAsync(from, new ProbeTarget(address, port, protocol), cancellationToken);
    }

    /// <summary>Makes many connections, several at a time; the results are in the order of the pairs.</summary>
    public async Task<IReadOnlyList<ProbeResult>> ProbeAllAsync(
        IReadOnlyList<(LabHost From, ProbeTarget Target)> pairs,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var results = new ProbeResult[pairs.Count];
        await Parallel.ForAsync(
            0,
            pairs.Count,
            new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await ProbeAsync(pairs[i].From, pairs[i].Target, token)
        );
        return results;
    }

    /// <summary>Opens a connection that stays.</summary>
    /// <exception cref="LabException">It was not let through.</exception>
    public async Task<ProbeConnection> OpenAsync(LabHost from, ProbeTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        var connection = new ProbeConnection(from, target, _options);
        try
        {
            var result = await connection.OpenAsync(cancellationToken);
            return result.IsOpen ? connection : throw new LabException($"{from} to {target}: {result.Outcome}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
