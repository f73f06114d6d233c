using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client.Authentication;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>
/// Sends requests through the official client, tries again where that is right, and turns every failure into a
/// <see cref="KubernetesException"/>. An answer that is returned is a success, and its body is yet to be read.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly ClientOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ICredentialSource _credentials;
    private readonly k8s.Kubernetes _client;
    private readonly HttpClient _http;
    private readonly RetryPolicy _retries;

    public ApiTransport(ClientOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
        _credentials = Credentials(options, timeProvider);
        _retries = new RetryPolicy(options.MaxAttempts);
        Reachability = new Reachability(options, logger);
        _client = OfficialClient.Create(options, _credentials, Reachability);
        // The official client has none after it was disposed; this one then says that it is.
        _http = _client.HttpClient;
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

    /// <summary>Sends a request and returns the answer as soon as it begins; the reader bounds the time that takes.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        RetryAsync(request, (response, _) => Task.FromResult(response), cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
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
            return await read(await ExchangeAsync(request, either.Token), either.Token);
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

    private async Task<HttpResponseMessage> ExchangeAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_client.BaseUri);
        var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Failures.FromAnswerAsync(response, cancellationToken);
        }
    }
}

/// <summary>Says whether and when a failed request is sent again.</summary>
/// <remarks>
/// A connection that did not come about carried no request, so any may be sent again. 429 says that the request was not carried out, so any may be sent again; so does 503 with Retry-After. After other answers of 500 and above
/// and after a connection that broke nobody knows, so only idempotent requests are.
/// </remarks>
internal sealed class RetryPolicy(int maxAttempts)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);
    private static readonly BackoffOptions Backoff = new() { Initial = TimeSpan.FromMilliseconds(200), Maximum = TimeSpan.FromSeconds(5) };

    /// <summary>How long to wait before the next try; null when there is to be none.</summary>
    /// <param name="request">The request that failed.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="attempts">How often it was tried.</param>
    public TimeSpan? WaitBeforeRetry(ApiRequest request, KubernetesException failure, int attempts)
    {
        if (attempts >= maxAttempts || !MayRepeat(request, failure))
        {
            return null;
        }

        var wait = failure.RetryAfter ?? Backoff.Delay(attempts - 1);
        return wait <= MaxWait ? wait : null;
    }

    private static bool MayRepeat(ApiRequest request, KubernetesException failure) =>
        WasNotSent(failure)
        || failure.Code switch
        {
            HttpStatusCode.TooManyRequests => true,
            HttpStatusCode.ServiceUnavailable when failure.RetryAfter is not null => true,
            _ => request.IsIdempotent && failure.IsTransient,
        };

    private static bool WasNotSent(KubernetesException failure) =>
        failure.InnerException
            is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };
}
