using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Leases;

/// <summary>Has work done by one of several processes only, by means of a Lease.</summary>
/// <remarks>
/// As client-go: clocks of different machines are never compared. Whether the Lease of another is over is judged by how long ago this process
/// saw it change. The leader stops after <see cref="LeaderElectionOptions.RenewDeadline"/> without a renewal, the others wait for the longer
/// <see cref="LeaderElectionOptions.LeaseDuration"/>, so that no two lead at once as long as their clocks run at about the same speed.
/// </remarks>
public sealed partial class LeaderElector
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly LeaderElectionOptions _options;
    private readonly LeaseRecord _lease;
    private readonly ILogger<LeaderElector> _logger;
    private readonly TimeProvider _timeProvider;
    private volatile bool _isLeader;

    /// <summary>Makes an elector; nothing runs before <see cref="RunAsync"/>.</summary>
    public LeaderElector(
        IKubernetesClient client,
        LeaderElectionOptions options,
        ILogger<LeaderElector> logger,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.RenewPeriod >= options.RenewDeadline || options.RenewDeadline >= options.LeaseDuration)
        {
            throw new ArgumentException("RenewPeriod must be less than RenewDeadline, and that less than LeaseDuration", nameof(options));
        }

        _options = options;
        _logger = logger;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _lease = new LeaseRecord(client, options, _timeProvider);
    }

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader => _isLeader;

    /// <summary>
    /// Competes for the Lease and leads while it is held, again and again until cancelled. When the Lease cannot be renewed in time, the work's
    /// token is cancelled and its end awaited. On cancellation the work is ended first, then the Lease given up, so that others take over at once.
    /// When the work ends by itself or fails, so does this method, and the Lease is given up.
    /// </summary>
    /// <param name="lead">The work; its token is cancelled when the Lease is lost.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lead);
        while (true)
        {
            var acquired = await AcquireAsync(cancellationToken);
            LogAcquired(_options.Namespace, _options.Name, _options.Identity);
            if (await LeadAsync(lead, acquired, cancellationToken))
            {
                return;
            }

            LogLost(_options.Namespace, _options.Name);
        }
    }

    // When the request that got it was sent: others count from when they saw the Lease change, which may be long before its answer is here.
    private async Task<long> AcquireAsync(CancellationToken cancellationToken)
    {
        string? reported = null;
        while (true)
        {
            var begun = _timeProvider.GetTimestamp();
            if (await TryAsync(_options.RenewDeadline, cancellationToken))
            {
                return begun;
            }

            if (_lease.Holder is { } holder && holder != reported)
            {
                reported = holder;
                LogWaiting(_options.Namespace, _options.Name, holder);
            }

            await Task.Delay(_options.AcquirePeriod, _timeProvider, cancellationToken);
        }
    }

    // True when the work ended by itself, false when the Lease was lost.
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> lead, long acquired, CancellationToken cancellationToken)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _isLeader = true;
        var renewal = RenewUntilLostAsync(acquired, leading.Token);
        var work = InvokeAsync(lead, leading.Token);
        try
        {
            var endedByItself = await Task.WhenAny(work, renewal) == work;
            await leading.CancelAsync();
            await renewal;
            await EndAsync(work, leading.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return endedByItself;
        }
        finally
        {
            _isLeader = false;
            await ReleaseAsync();
        }
    }

    // Ends without an exception: when the Lease is lost, and when it is told to.
    private async Task RenewUntilLostAsync(long renewed, CancellationToken cancellationToken)
    {
        while (_timeProvider.GetElapsedTime(renewed) < _options.RenewDeadline)
        {
            try
            {
                await Task.Delay(_options.RenewPeriod, _timeProvider, cancellationToken);
                var begun = _timeProvider.GetTimestamp();
                if (await TryAsync(_options.RenewDeadline - _timeProvider.GetElapsedTime(renewed), cancellationToken))
                {
                    renewed = begun;
                }
                else if (_lease.IsHeldByAnother)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await _lease.TryAcquireOrRenewAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(_options.Namespace, _options.Name, "no answer in time");
            return false;
        }
        catch (KubernetesException e)
        {
            LogFailed(_options.Namespace, _options.Name, e.Message);
            return false;
        }
    }

    // Work that throws before it returns a task fails in the same way as work that fails later.
    private static async Task InvokeAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken) =>
        await lead(cancellationToken);

    private static async Task EndAsync(Task work, CancellationToken told)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (told.IsCancellationRequested)
        {
            // It ended because it was told to.
        }
    }

    private async Task ReleaseAsync()
    {
        if (_lease.IsHeldByAnother)
        {
            return;
        }

        // The caller's token is cancelled by now, and that must not keep the Lease from being given up.
        using var limit = new CancellationTokenSource(ReleaseLimit, _timeProvider);
        try
        {
            await _lease.ReleaseAsync(limit.Token);
            LogReleased(_options.Namespace, _options.Name);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            LogFailed(_options.Namespace, _options.Name, $"it could not be given up: {e.Message}");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for the Lease {Namespace}/{Name}: {Holder} holds it")]
    private partial void LogWaiting(string @namespace, string name, string holder);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads: it holds the Lease {Namespace}/{Name}")]
    private partial void LogAcquired(string @namespace, string name, string identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Lease {Namespace}/{Name} is lost; the work was stopped")]
    private partial void LogLost(string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "The Lease {Namespace}/{Name} was given up")]
    private partial void LogReleased(string @namespace, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Lease {Namespace}/{Name}: {Failure}")]
    private partial void LogFailed(string @namespace, string name, string failure);
}

/// <summary>Which Lease is competed for, and how fast.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Namespace of the Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who competes: unique for each process, such as the pod's name.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the last renewal before they take the Lease.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it gives up; less than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the leader renews.</summary>
    public TimeSpan RenewPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often those who wait look; bounds how long a Lease that was given up stays free.</summary>
    public TimeSpan AcquirePeriod { get; init; } = TimeSpan.FromSeconds(1);
}
