using Palisade.Hosting;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Operator.Hosting;

/// <summary>Puts the program together and runs it until it is told to stop.</summary>
internal static class OperatorHost
{
    /// <summary>What fails twice is tried again by the queue, namespace by namespace, with a backoff of its own.</summary>
    private const int Attempts = 2;

    /// <summary>How long a stop may take: the lease is given up within it.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs the operator.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        var clientOptions = ClientOptionsLoader.Load(options.Kubeconfig, options.Context) with
        {
            UserAgent = "palisade-operator",
            MaxAttempts = Attempts,
        };
        await using var app = Build(options, clientOptions);
        return await app.RunUntilStoppedAsync(cancellationToken);
    }

    public static WebApplication Build(OperatorOptions options, ClientOptions clientOptions)
    {
        var builder = ServerHost.CreateBuilder(options, StopTimeout);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(clientOptions);
        builder.Services.AddSingleton(services => new KubernetesClient(
            clientOptions,
            services.GetRequiredService<ILoggerFactory>(),
            services.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton<IKubernetesClient>(services => services.GetRequiredService<KubernetesClient>());
        builder.Services.AddSingleton<OperatorMetrics>();
        builder.Services.AddSingleton<OperatorService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OperatorService>());
        var app = builder.Build();
        var service = app.Services.GetRequiredService<OperatorService>();
        // A replica that waits for the lease is ready too: it is of use the moment the leader goes.
        IHealthSource[] readiness = [app.Services.GetRequiredService<KubernetesClient>().Health, .. service.Caches.Health];
        app.MapHostEndpoints(readiness);
        return app;
    }
}
