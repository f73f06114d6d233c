namespace Palisade.Policy.Validation;

/// <summary>The stable codes of findings. A code is never given another meaning; docs/findings.md explains each.</summary>
public static class FindingCodes
{
    /// <summary>A cidr is not a CIDR.</summary>
    public const string CidrInvalid = "PAL001";
}
