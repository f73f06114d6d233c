using Microsoft.Extensions.Logging;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>Whether the API server answers; logs each change once, however many requests fail.</summary>
internal sealed partial class Reachability(ClientOptions options, ILogger logger) : IHealthSource
{
    private readonly Lock _gate = new();
    private bool? _reachable;
    private string _reason = "no request was made yet";

    public string Name => "api-server";

    public HealthReport Check()
    {
        lock (_gate)
        {
            return _reachable == true ? HealthReport.Healthy : HealthReport.Unhealthy(_reason);
        }
    }

    public void Answered()
    {
        lock (_gate)
        {
            if (_reachable == false)
            {
                LogReachableAgain(options.Server);
            }

            _reachable = true;
        }
    }

    public void Failed(KubernetesException failure)
    {
        lock (_gate)
        {
            _reason = failure.Message;
            if (_reachable != false)
            {
                LogUnreachable(failure.Message);
            }

            _reachable = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure}; trying again")]
    private partial void LogUnreachable(string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API server {Server} answers again")]
    private partial void LogReachableAgain(Uri server);
}
