using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Palisade.Hosting.Tests;

public sealed class HostRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunUntilStopped_AServiceFails_IsAFailure()
    {
        using var host = Build(_ => Task.FromException(new InvalidOperationException("broken")));

        (await host.RunUntilStoppedAsync(Token)).ShouldBe(ExitCodes.Failure);
    }

    [Fact]
    public async Task RunUntilStopped_Stopped_IsASuccess()
    {
        using var host = Build(stop => Task.Delay(Timeout.InfiniteTimeSpan, stop));
        using var stop = new CancellationTokenSource();
        var run = host.RunUntilStoppedAsync(stop.Token);

        await stop.CancelAsync();

        (await run).ShouldBe(ExitCodes.Success);
    }

    [Fact]
    public async Task RunUntilStopped_AServiceIsDone_GoesOn()
    {
        using var host = Build(_ => Task.CompletedTask);
        using var stop = new CancellationTokenSource();
        var run = host.RunUntilStoppedAsync(stop.Token);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await Eventually.TrueAsync(() => lifetime.ApplicationStarted.IsCancellationRequested, Token);

        run.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();

        (await run).ShouldBe(ExitCodes.Success);
    }

    private static IHost Build(Func<CancellationToken, Task> run)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(_ => new Service(run));
        return builder.Build();
    }

    private sealed class Service(Func<CancellationToken, Task> run) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => run(stoppingToken);
    }
}
