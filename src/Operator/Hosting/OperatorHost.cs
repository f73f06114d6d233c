using Palisade.Hosting;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Metrics;

namespace Palisade.Operator.Hosting;

/// <summary>Puts the program together and runs it until it is told to stop.</summary>
internal static class OperatorHost
{
    private const int Failure = 1;

    private const int Usage = 2;

    /// <summary>What fails twice is tried again by the ledger, namespace by namespace, with a backoff of its own.</summary>
    private const int Attempts = 2;

    /// <summary>How long a stop may take: the lease is given up within it.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs the operator.</summary>
    /// <returns>
    /// Exit code of the program: 0 when it was told to stop, 1 when it failed, 2 when flags or kubeconfig are invalid.
    /// </returns>
    public static async Task<int> RunAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        ClientOptions clientOptions;
        try
        {
            clientOptions = ClientOptionsLoader.Load(options.KubeConfig, options.Context) with
            {
                UserAgent = "palisade-operator",
                MaxAttempts = Attempts,
            };
        }
        catch (KubeConfigException e)
        {
            await Console.Error.WriteLineAsync($"palisade-operator: {e.Message}");
            return Usage;
        }

        await using var app = Build(options, clientOptions);
        try
        {
            return await app.RunUntilStoppedAsync(cancellationToken) ? 0 : Failure;
        }
        catch (IOException e)
        {
            // A port that is taken.
            await Console.Error.WriteLineAsync($"palisade-operator: {e.Message}");
            return Failure;
        }
    }

    /// <summary>Puts the program together.</summary>
    public static WebApplication Build(OperatorOptions options, ClientOptions clientOptions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(options.MetricsPort));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        ConfigureLogs(builder.Logging, options.JsonLogs);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(clientOptions);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new KubernetesClient(
            clientOptions,
            services.GetRequiredService<ILoggerFactory>(),
            services.GetRequiredService<TimeProvider>()
        ));
        builder.Services.AddSingleton<IKubernetesClient>(services => services.GetRequiredService<KubernetesClient>());
        builder.Services.AddSingleton<MetricsCollector>();
        builder.Services.AddSingleton<OperatorMetrics>();
        builder.Services.AddSingleton<OperatorService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OperatorService>());
        builder.Services.AddHostedService<MemoryTrim>();
        var app = builder.Build();
        var service = app.Services.GetRequiredService<OperatorService>();
        // A replica that waits for the lease is ready too: it is of use the moment the leader goes.
        IHealthSource[] readiness = [app.Services.GetRequiredService<KubernetesClient>().Health, .. service.Caches.Health];
        app.MapHostEndpoints(app.Services.GetRequiredService<MetricsCollector>(), liveness: [], readiness);
        return app;
    }

    private static void ConfigureLogs(ILoggingBuilder logging, bool json)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (json)
        {
            logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        }
        else
        {
            logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ "));
        }
    }
}
