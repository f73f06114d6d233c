namespace Palisade.Kubernetes;

/// <summary>
/// Tells the older of two states of one kind's objects. That versions of one resource can be compared as positive decimal integers of any
/// length is part of the API (KEP-5504), and so they have been for as long as they come from etcd.
/// </summary>
public static class ResourceVersions
{
    /// <summary>Compares two versions of the same resource.</summary>
    /// <returns>Less than zero when the first is older, more when it is newer; null when one is missing or is no such integer.</returns>
    public static int? Compare(string? one, string? other)
    {
        if (!IsInteger(one) || !IsInteger(other))
        {
            return null;
        }

        var byLength = one!.Length.CompareTo(other!.Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(one, other);
    }

    private static bool IsInteger(string? version) => version is [>= '1' and <= '9', ..] && version.All(char.IsAsciiDigit);
}
