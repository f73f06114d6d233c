using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Hosting;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Whether the API server answers; logs each change once, however many requests fail.</summary>
internal sealed partial class Reachability(ClientOptions options, ILogger logger) : IHealthSource
{
    private readonly Lock gate = new();
    private bool? reachable;
    private string reason = "no request was made yet";

    public string Name => "api-server";

    public HealthReport Check()
    {
        lock (gate)
        {
            return reachable == true ? HealthReport.Healthy : HealthReport.Unhealthy(reason);
        }
    }

    public void Answered()
    {
        lock (gate)
        {
            if (reachable == false)
            {
                LogReachableAgain(options.Server);
            }

            reachable = true;
        }
    }

    public void Failed(KubernetesException failure)
    {
        lock (gate)
        {
            reason = failure.Message;
            if (reachable != false)
            {
                LogUnreachable(failure.Message);
            }

            reachable = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure}; trying again")]
    private partial void LogUnreachable(string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API server {Server} answers again")]
    private partial void LogReachableAgain(Uri server);
}
