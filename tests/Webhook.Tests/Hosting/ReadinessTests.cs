using Palisade.Webhook.Certificates;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Hosting;

public sealed class ReadinessTests
{
    [Fact]
    public void Check_FromStartToEnd_SaysWhatIsMissing()
    {
        var clock = new Clock();
        var (serving, state) = (new ServingCertificate(), new ServingState());
        var readiness = new Readiness(serving, state, clock);
        string? WhyNot() => readiness.Check().Reason;

        WhyNot().ShouldBe("no certificate yet");

        serving.Replace(CertificateIssuer.CreateAuthority("test", clock.Now, new CertificateLifetimes()));
        WhyNot().ShouldBe("not registered: no ValidatingWebhookConfiguration yet that trusts the certificate");

        state.IsRegistered = true;
        WhyNot().ShouldBe("a call to itself has not worked yet");

        state.SelfCallWorked = true;
        readiness.Check().IsHealthy.ShouldBeTrue();

        clock.Now += TimeSpan.FromDays(366);
        WhyNot().ShouldBe("the certificate has ended");

        state.IsStopping = true;
        WhyNot().ShouldBe("shutting down");
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
