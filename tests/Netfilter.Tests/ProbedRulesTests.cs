using System.Text.RegularExpressions;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Rendering;
using Palisade.Dataplane.Tests.Model;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests;

/// <summary>What the probe tries is all that the layout writes.</summary>
public sealed partial class ProbedRulesTests
{
    // These need no module, or are tried with the plain rule.
    private static readonly string[] Always = ["ACCEPT", "DROP", "RETURN", "MARK"];

    [Theory]
    [InlineData(HairpinMatch.Bpf, DenyAction.Reject, ClassNumber.MaxMarked)]
    [InlineData(HairpinMatch.Set, DenyAction.Drop, 0)]
    public void Rules_OfAnyLayout_AreProbed(HairpinMatch hairpin, DenyAction deny, int marked)
    {
        var options = DataplaneOptions.Default with
        {
            Hairpin = hairpin,
            DenyAction = deny,
            MarkedClasses = marked,
            LogDenials = true,
            PoliceOutput = true,
        };
        var text = string.Concat(
            Enumerable
                .Range(1, 30)
                .Select(seed => PolicyCompiler.Compile(new RandomCluster(seed).Snapshot(), "node-a", options))
                .Select(ruleset => PlanRenderer.Render(ruleset, KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6)))
        );

        var written = Used(text).Except(Always, StringComparer.Ordinal).ToArray();

        written.Length.ShouldBeGreaterThan(8);
        written.Except(Probed(), StringComparer.Ordinal).ShouldBeEmpty();
        Types(text).Except(ProbedTypes(), StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static IEnumerable<string> Probed()
    {
        var rules = ((IpFamily[])[IpFamily.IPv4, IpFamily.IPv6]).SelectMany(family =>
            ProbedRules
                .Base(family)
                .Concat(Enum.GetValues<KernelFeature>().Select(feature => ProbedRules.For(feature, family)))
                .Concat([ProbedRules.MapMark(family), ProbedRules.Reject(family)])
        );
        return Used(
            string.Join(
                '\n',
                rules
                    .Concat([ProbedRules.Bpf, ProbedRules.HopLimit, ProbedRules.PacketLog, ProbedRules.AddressType])
                    .SelectMany(rule => rule.Rules)
            )
        );
    }

    private static IEnumerable<string> ProbedTypes() =>
        ProbedRules
            .Sets(IpFamily.IPv4)
            .Select(set => set.Type)
            .Append(ProbedRules.Pairs(IpFamily.IPv4).Type)
            .Select(type => type.Split(' ')[0]);

    private static IEnumerable<string> Used(string text) =>
        Uses().Matches(text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Types(string text) =>
        Creates().Matches(text).Select(match => match.Groups["type"].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex("(-m|-j) (?!PLSD)(?<name>[A-Za-z0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Uses();

    [GeneratedRegex("^create \\S+ (?<type>\\S+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Creates();
}
