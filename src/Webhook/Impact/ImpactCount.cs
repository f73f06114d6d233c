using System.Globalization;

namespace Palisade.Webhook.Impact;

/// <summary>What a custom resource isolates, as far as it was counted.</summary>
/// <param name="Namespaces">Namespaces that it is for.</param>
/// <param name="Pods">Pods in them that it selects.</param>
/// <param name="WithoutDns">Those namespaces of which no policy lets DNS out.</param>
/// <param name="IsComplete">Whether the whole cluster was looked at.</param>
internal sealed record ImpactCount(int Namespaces, int Pods, int WithoutDns, bool IsComplete)
{
    /// <summary>The impact in a sentence; none when there was no time to find any.</summary>
    /// <param name="verb">What the resource does to the pods.</param>
    public IReadOnlyList<string> Sentences(string verb)
    {
        if (Namespaces == 0)
        {
            return IsComplete ? ["applies to no namespace now"] : [];
        }

        var dns = WithoutDns == 0 ? "" : $"; {Count(WithoutDns, "of these namespaces has", "of these namespaces have")} no DNS allowance";
        var pods = Pods == 0 && !IsComplete ? "pods" : Count(Pods, "pod", "pods");
        return [$"{verb} {pods} in {Count(Namespaces, "namespace", "namespaces")} now{dns}"];
    }

    private string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsComplete ? "" : "at least ")}{number} {(number == 1 ? one : many)}");
}
