using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Palisade.Models;

/// <summary>Minor version of Kubernetes, such as 1.36.</summary>
public sealed record KubernetesVersion(int Major, int Minor)
{
    /// <summary>The newest version whose API server's own checks are known here.</summary>
    public static KubernetesVersion Newest { get; } = new(1, 36);

    /// <summary>Reads what users and API servers write: <c>1.36</c>, <c>v1.36.2</c>, <c>v1.28.5-eks-5e0fdde</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out KubernetesVersion? version)
    {
        var parts = (text ?? "").Split('.');
        version =
            parts.Length >= 2 && IsNumber(parts[0].TrimStart('v'), out var major) && IsNumber(parts[1], out var minor)
                ? new(major, minor)
                : null;
        return version is not null;
    }

    /// <summary>Whether this is the other version or a newer one.</summary>
    public bool IsAtLeast(KubernetesVersion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Major > other.Major || (Major == other.Major && Minor >= other.Minor);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool IsNumber(string? digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
