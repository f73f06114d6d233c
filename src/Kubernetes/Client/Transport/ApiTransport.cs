using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client.Authentication;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>
/// Sends requests: authenticates them, tries again where that is right, turns every failure into a <see cref="KubernetesException"/>, and
/// measures. An answer that is returned is a success, and its body is yet to be read.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly ClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ICredentialSource _credentials;
    private readonly HttpClient _http;
    private readonly RetryPolicy _retries;
    private readonly Uri _server;

    public ApiTransport(ClientOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
        _credentials = Credentials(options, timeProvider);
        _retries = new RetryPolicy(options.MaxAttempts);
        Reachability = new Reachability(options, logger);
        _server = new Uri(options.Server.AbsoluteUri.TrimEnd('/') + "/");
        _http = new HttpClient(HttpHandlers.Create(options, _credentials as ExecPlugin)) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        // The handler sets the name for TLS from the Host header, whatever its TLS options say.
        _http.DefaultRequestHeaders.Host = options.TlsServerName;
        if (options.ImpersonateUser is not null)
        {
            _http.DefaultRequestHeaders.Add("Impersonate-User", options.ImpersonateUser);
        }

        if (options.ImpersonateGroup is not null)
        {
            _http.DefaultRequestHeaders.Add("Impersonate-Group", options.ImpersonateGroup);
        }
    }

    public Reachability Reachability { get; }

    /// <summary>Sends a request and has the body of its answer read, both within the time of one request; tries again where that is right.</summary>
    public Task<TResult> SendAsync<TResult>(
        ApiRequest request,
        Func<HttpContent, CancellationToken, Task<TResult>> read,
        CancellationToken cancellationToken
    ) =>
        RetryAsync(
            request,
            async (response, token) =>
            {
                using (response)
                {
                    return await read(response.Content, token);
                }
            },
            cancellationToken
        );

    /// <summary>Sends a request and returns the answer as soon as it begins; whoever reads it bounds the time that takes.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        RetryAsync(request, (response, _) => Task.FromResult(response), cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        (_credentials as IDisposable)?.Dispose();
    }

    /// <summary>Makes a failure of an exception that <see cref="Failures.IsOfConnection"/>, and notes that the API server is not reachable.</summary>
    public KubernetesException Unreachable(Exception exception)
    {
        var failure = Failures.Unreachable(_options, exception);
        Reachability.Failed(failure);
        return failure;
    }

    private static ICredentialSource Credentials(ClientOptions options, TimeProvider timeProvider) =>
        options switch
        {
            { TokenFile: { } path } => new TokenFile(path, timeProvider),
            { Token: { } token } => FixedCredential.FromToken(token),
            { Username: { } user } => FixedCredential.FromPassword(user, options.Password),
            { ExecPlugin: not null } => new ExecPlugin(options, timeProvider),
            _ => new FixedCredential(null),
        };

    private async Task<TResult> RetryAsync<TResult>(
        ApiRequest request,
        Func<HttpResponseMessage, CancellationToken, Task<TResult>> read,
        CancellationToken cancellationToken
    )
    {
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await AttemptAsync(request, read, cancellationToken);
            }
            catch (KubernetesException failure) when (_retries.WaitBeforeRetry(request, failure, attempts) is { } wait)
            {
                RequestMetrics.Retried(request);
                await Task.Delay(wait, _timeProvider, cancellationToken);
            }
        }
    }

    private async Task<TResult> AttemptAsync<TResult>(
        ApiRequest request,
        Func<HttpResponseMessage, CancellationToken, Task<TResult>> read,
        CancellationToken cancellationToken
    )
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await read(await AuthenticatedAsync(request, either.Token), either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = Failures.TimedOut(_options, e);
            Reachability.Failed(failure);
            throw failure;
        }
        catch (Exception e) when (Failures.IsOfConnection(e))
        {
            throw Unreachable(e);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Failures.Malformed($"the API server {_options.Server} ({_options.Source}) did not answer as it should", e);
        }
    }

    // Refused credentials may merely have expired: new ones, where there can be some, get one try.
    private async Task<HttpResponseMessage> AuthenticatedAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var response = await ExchangeAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized && _credentials.Invalidate())
        {
            response.Dispose();
            response = await ExchangeAsync(request, cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Failures.FromAnswerAsync(response, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_server);
        message.Headers.Authorization = await _credentials.GetHeaderAsync(cancellationToken);
        var began = Stopwatch.GetTimestamp();
        var code = 0;
        try
        {
            var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            code = (int)response.StatusCode;
            Reachability.Answered();
            return response;
        }
        finally
        {
            RequestMetrics.Answered(request, code, Stopwatch.GetElapsedTime(began));
        }
    }
}
