using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Hosting;

/// <summary>Puts the program together. HTTPS carries admission reviews and nothing else, plain HTTP health and metrics and nothing else.</summary>
public static class WebhookApplication
{
    /// <summary>Path of admission reviews.</summary>
    public const string Path = "/validate";

    /// <summary>Makes the program; it is not started yet.</summary>
    /// <param name="options">What it was told.</param>
    /// <param name="client">The API server; null when nothing is needed of it.</param>
    /// <param name="timeProvider">The clock.</param>
    public static WebApplication Create(WebhookOptions options, IKubernetesClient? client, TimeProvider timeProvider)
    {
        var builder = ServerHost.CreateBuilder(options, stopTimeout: options.ShutdownDelay + TimeSpan.FromSeconds(15));
        builder.Services.AddSingleton(options).AddSingleton(timeProvider);
        AddKinds(builder.Services, options);
        AddServerVersion(builder.Services, client);
        builder.Services.AddSingleton<AdmissionMetrics>().AddSingleton<AdmissionEndpoint>();
        AddCertificates(builder.Services, options, client);
        AddClusterView(builder.Services, options, client);
        builder.Services.AddSingleton<Readiness>().AddHostedService<SelfCall>().AddHostedService<DrainOnShutdown>();

        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(
            (_, server) => WebhookListener.Configure(server, options, server.ApplicationServices.GetRequiredService<ServingCertificate>())
        );

        var app = builder.Build();
        app.MapWhen(http => http.Request.IsHttps, ServeAdmission);
        app.MapWhen(http => !http.Request.IsHttps, ServeHealth);
        return app;
    }

    private static void AddKinds(IServiceCollection services, WebhookOptions options)
    {
        var validation = ValidationOptions.Default with { StrictNetworkPolicies = options.StrictNetworkPolicies };
        services.AddSingleton(new GeneratedPolicyGuard(options.ProtectGenerated, options.EffectiveOperatorUsers));
        services.AddSingleton(validation).AddSingleton<PolicyHandlers>().AddSingleton<AdmissionKinds>();
    }

    private static void AddServerVersion(IServiceCollection services, IKubernetesClient? client)
    {
        if (client is null)
        {
            services.AddSingleton<Func<KubernetesVersion?>>(() => null);
            return;
        }

        services.AddSingleton(all => ActivatorUtilities.CreateInstance<ServerVersion>(all, client));
        services.AddSingleton<Func<KubernetesVersion?>>(all => () => all.GetRequiredService<ServerVersion>().Current);
        services.AddHostedService(all => all.GetRequiredService<ServerVersion>());
    }

    private static void AddCertificates(IServiceCollection services, WebhookOptions options, IKubernetesClient? client)
    {
        services.AddSingleton<ServingCertificate>();
        if (options.CertDirectory is { } directory)
        {
            // Who put the files there also sees to the caBundle.
            services.AddSingleton(new ServingState { IsRegistered = true });
            services.AddSingleton(new CertificateFiles(directory));
            services.AddSingleton(options.Lifetimes);
            services.AddSingleton<FileCertificates>().AddHostedService(all => all.GetRequiredService<FileCertificates>());
            return;
        }

        ArgumentNullException.ThrowIfNull(client);
        services.AddSingleton<ServingState>();
        services.AddSingleton(options.Lifetimes);
        services.AddSingleton(new AuthorityStore(client, options.SecretName, options.Namespace));
        services.AddSingleton(new Registration(client, options.ConfigurationName));
        services.AddHostedService(all => ActivatorUtilities.CreateInstance<SelfManagedCertificates>(all, options.ServingNames));
    }

    private static void AddClusterView(IServiceCollection services, WebhookOptions options, IKubernetesClient? client)
    {
        if (!options.ImpactWarnings)
        {
            services.AddSingleton<IClusterView, UnknownCluster>();
            return;
        }

        ArgumentNullException.ThrowIfNull(client);
        services.AddSingleton(all => ActivatorUtilities.CreateInstance<WatchedCluster>(all, client));
        services.AddSingleton<IClusterView>(all => all.GetRequiredService<WatchedCluster>());
        services.AddHostedService(all => all.GetRequiredService<WatchedCluster>());
    }

    private static void ServeAdmission(IApplicationBuilder app)
    {
        var endpoint = app.ApplicationServices.GetRequiredService<AdmissionEndpoint>();
        app.UseRouting().UseEndpoints(endpoints => endpoints.MapPost(Path, endpoint.HandleAsync));
    }

    private static void ServeHealth(IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var readiness = services.GetRequiredService<Readiness>();
        app.UseRouting().UseEndpoints(endpoints => endpoints.MapHostEndpoints([readiness]));
    }
}

/// <summary>Where the API server's calls come in: HTTPS only, with whatever certificate is current when a connection is opened.</summary>
internal static class WebhookListener
{
    /// <summary>Sets the server up.</summary>
    public static void Configure(KestrelServerOptions server, WebhookOptions options, ServingCertificate serving)
    {
        server.Limits.MaxRequestBodySize = AdmissionBody.MaxBytes;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.ListenOn(
            options.BindAddress,
            options.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(
                    new TlsHandshakeCallbackOptions
                    {
                        HandshakeTimeout = TimeSpan.FromSeconds(5),
                        OnConnection = _ => ValueTask.FromResult(Authenticate(serving)),
                    }
                );
            }
        );
    }

    private static SslServerAuthenticationOptions Authenticate(ServingCertificate serving) =>
        new()
        {
            // Null before there is a certificate: the handshake fails, and the caller tries again.
            ServerCertificateContext = serving.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
}
