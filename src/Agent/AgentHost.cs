using Palisade.Agent.Options;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;

namespace Palisade.Agent;

/// <summary>What the agent runs with, found out before it begins.</summary>
/// <param name="Client">How the API server is reached.</param>
/// <param name="Dataplane">How rules are made for what this node has.</param>
/// <param name="Applier">Writes rules into the kernel.</param>
/// <param name="Probe">What this node has.</param>
/// <param name="ProbeAgain">Looks at it again.</param>
public sealed record AgentSetup(
    ClientOptions Client,
    DataplaneOptions Dataplane,
    IRulesetApplier Applier,
    ProbeResult Probe,
    Func<CancellationToken, Task<ProbeResult>> ProbeAgain
);

/// <summary>Puts the program together and runs it until it is told to stop.</summary>
public static class AgentHost
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs the agent.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(AgentOptions options, AgentSetup setup, CancellationToken cancellationToken)
    {
        var builder = ServerHost.CreateBuilder(options, StopTimeout);
        builder.Services.AddSingleton(options).AddSingleton(setup);
        builder.Services.AddSingleton<AgentService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentService>());
        await using var app = builder.Build();
        app.MapHostEndpoints(app.Services.GetRequiredService<AgentService>().Health);
        return await app.RunUntilStoppedAsync(cancellationToken);
    }
}
