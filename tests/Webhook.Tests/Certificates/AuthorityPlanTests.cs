using System.Security.Cryptography.X509Certificates;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Tests.Certificates;

public sealed class AuthorityPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateLifetimes Lifetimes = new();

    [Fact]
    public void Next_NoBundle_MakesAnAuthorityForAYear()
    {
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);

        bundle.Earlier.ShouldBeEmpty();
        bundle.Signer.HasPrivateKey.ShouldBeTrue();
        CertificateIssuer.NotAfter(bundle.Signer).ShouldBe(Start + TimeSpan.FromDays(365));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(243)]
    public void Next_FirstTwoThirdsOfLife_ChangesNothing(int days)
    {
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);

        AuthorityPlan.Next(bundle, Start + TimeSpan.FromDays(days), Lifetimes).ShouldBeSameAs(bundle);
    }

    [Fact]
    public void Next_LastThirdOfLife_PutsANewAuthorityInFront()
    {
        var first = AuthorityPlan.Next(null, Start, Lifetimes);

        var second = AuthorityPlan.Next(first, Start + TimeSpan.FromDays(244), Lifetimes);

        second.Signer.Equals(first.Signer).ShouldBeFalse();
        var earlier = second.Earlier.ShouldHaveSingleItem();
        earlier.Thumbprint.ShouldBe(first.Signer.Thumbprint);
        earlier.HasPrivateKey.ShouldBeFalse();
    }

    [Fact]
    public void Next_OldAuthorityHasEnded_LeavesItOut()
    {
        var first = AuthorityPlan.Next(null, Start, Lifetimes);
        var second = AuthorityPlan.Next(first, Start + TimeSpan.FromDays(244), Lifetimes);

        AuthorityPlan.Next(second, Start + TimeSpan.FromDays(364), Lifetimes).Earlier.Count.ShouldBe(1);
        var third = AuthorityPlan.Next(second, Start + TimeSpan.FromDays(366), Lifetimes);

        third.Earlier.ShouldBeEmpty();
        third.Signer.Thumbprint.ShouldBe(second.Signer.Thumbprint);
    }

    [Fact]
    public void HasSettled_RightAfterRenewal_IsFalseForAMinute()
    {
        var first = AuthorityPlan.Next(null, Start, Lifetimes);
        var renewed = Start + TimeSpan.FromDays(244);
        var second = AuthorityPlan.Next(first, renewed, Lifetimes);

        AuthorityPlan.HasSettled(first, Start, Lifetimes).ShouldBeFalse();
        AuthorityPlan.HasSettled(second, renewed + TimeSpan.FromSeconds(59), Lifetimes).ShouldBeFalse();
        AuthorityPlan.HasSettled(second, renewed + TimeSpan.FromSeconds(60), Lifetimes).ShouldBeTrue();
    }

    [Fact]
    public void Inherited_SecretWasLost_KeepsWhatWasPublishedUntilReplicasHaveTurned()
    {
        var lost = AuthorityPlan.Next(null, Start, Lifetimes);
        var made = Start + TimeSpan.FromDays(40);
        var bundle = AuthorityPlan.Next(null, made, Lifetimes);

        var inherited = AuthorityPlan.Inherited(bundle, lost.ToPem(), made, Lifetimes);
        inherited.ShouldHaveSingleItem().Thumbprint.ShouldBe(lost.Signer.Thumbprint);
        var published = bundle.ToPem(inherited);
        AuthorityPlan.Inherited(bundle, published, made + TimeSpan.FromMinutes(9), Lifetimes).Count.ShouldBe(1);
        AuthorityPlan.Inherited(bundle, published, made + TimeSpan.FromMinutes(10), Lifetimes).ShouldBeEmpty();
    }

    [Fact]
    public void Inherited_NothingElseWasPublished_IsEmpty()
    {
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);

        AuthorityPlan.Inherited(bundle, null, Start, Lifetimes).ShouldBeEmpty();
        AuthorityPlan.Inherited(bundle, "nonsense"u8.ToArray(), Start, Lifetimes).ShouldBeEmpty();
        AuthorityPlan.Inherited(bundle, bundle.ToPem(), Start, Lifetimes).ShouldBeEmpty();
    }

    [Fact]
    public void Inherited_EndedOrNoAuthority_IsLeftOut()
    {
        var ended = AuthorityPlan.Next(null, Start - TimeSpan.FromDays(400), Lifetimes);
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);
        using var leaf = CertificateIssuer.IssueLeaf(bundle.Signer, ["a"], Start, Lifetimes);

        AuthorityPlan.Inherited(bundle, ended.ToPem(), Start, Lifetimes).ShouldBeEmpty();
        AuthorityPlan.Inherited(bundle, System.Text.Encoding.ASCII.GetBytes(leaf.ExportCertificatePem()), Start, Lifetimes).ShouldBeEmpty();
    }

    [Fact]
    public void IssueLeaf_FromEitherAuthority_IsTrustedThroughThePublishedBundle()
    {
        var first = AuthorityPlan.Next(null, Start, Lifetimes);
        var renewed = Start + TimeSpan.FromDays(244);
        using var oldLeaf = CertificateIssuer.IssueLeaf(first.Signer, ["palisade-webhook.palisade-system.svc"], renewed, Lifetimes);
        var second = AuthorityPlan.Next(first, renewed, Lifetimes);
        using var newLeaf = CertificateIssuer.IssueLeaf(second.Signer, ["palisade-webhook.palisade-system.svc"], renewed, Lifetimes);
        var published = new X509Certificate2Collection();
        published.ImportFromPem(System.Text.Encoding.ASCII.GetString(second.ToPem()));

        published.Count.ShouldBe(2);
        IsTrusted(oldLeaf, published, renewed).ShouldBeTrue();
        IsTrusted(newLeaf, published, renewed).ShouldBeTrue();
    }

    [Fact]
    public void IssueLeaf_NearTheEndOfItsAuthority_EndsNoLater()
    {
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);

        using var leaf = CertificateIssuer.IssueLeaf(bundle.Signer, ["a"], Start + TimeSpan.FromDays(350), Lifetimes);

        leaf.NotAfter.ShouldBe(bundle.Signer.NotAfter);
    }

    [Fact]
    public void IssueLeaf_NamesAndAddresses_StandInTheCertificate()
    {
        var bundle = AuthorityPlan.Next(null, Start, Lifetimes);

        using var leaf = CertificateIssuer.IssueLeaf(
            bundle.Signer,
            ["palisade-webhook.palisade-system.svc", "127.0.0.1", "::1"],
            Start,
            Lifetimes
        );

        leaf.MatchesHostname("palisade-webhook.palisade-system.svc").ShouldBeTrue();
        leaf.MatchesHostname("127.0.0.1").ShouldBeTrue();
        leaf.MatchesHostname("::1").ShouldBeTrue();
        leaf.MatchesHostname("other.palisade-system.svc").ShouldBeFalse();
    }

    [Fact]
    public void FromSecretData_WhatWasStored_IsTheSameBundle()
    {
        var first = AuthorityPlan.Next(null, Start, Lifetimes);
        var second = AuthorityPlan.Next(first, Start + TimeSpan.FromDays(244), Lifetimes);

        var read = AuthorityBundle.FromSecretData(second.ToSecretData()).ShouldNotBeNull();

        read.ToPem().ShouldBe(second.ToPem());
        read.Signer.HasPrivateKey.ShouldBeTrue();
    }

    [Fact]
    public void FromSecretData_Faulty_IsNull()
    {
        var good = AuthorityPlan.Next(null, Start, Lifetimes).ToSecretData();
        var other = AuthorityPlan.Next(null, Start, Lifetimes).ToSecretData();

        AuthorityBundle.FromSecretData(null).ShouldBeNull();
        AuthorityBundle.FromSecretData(new Dictionary<string, byte[]>(StringComparer.Ordinal)).ShouldBeNull();
        AuthorityBundle.FromSecretData(With(good, "ca.crt", "nonsense"u8.ToArray())).ShouldBeNull();
        AuthorityBundle.FromSecretData(With(good, "ca.key", "nonsense"u8.ToArray())).ShouldBeNull();
        AuthorityBundle.FromSecretData(With(good, "ca.key", other["ca.key"])).ShouldBeNull();
    }

    [Fact]
    public void FromSecretData_ACertificateThatMayNotSign_IsNull()
    {
        using var leaf = CertificateIssuer.IssueLeaf(AuthorityPlan.Next(null, Start, Lifetimes).Signer, ["a.svc"], Start, Lifetimes);

        AuthorityBundle.FromSecretData(new AuthorityBundle(leaf, []).ToSecretData()).ShouldBeNull();
    }

    private static Dictionary<string, byte[]> With(IDictionary<string, byte[]> data, string key, byte[] value) =>
        new(data, StringComparer.Ordinal) { [key] = value };

    private static bool IsTrusted(X509Certificate2 leaf, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(leaf);
    }
}
