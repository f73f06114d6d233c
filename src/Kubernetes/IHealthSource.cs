namespace Palisade.Kubernetes;

/// <summary>One part of a program that can say whether it is well.</summary>
public interface IHealthSource
{
    /// <summary>Constant name of the part, such as <c>api-server</c>.</summary>
    string Name { get; }

    /// <summary>Says whether the part is well now; quick, without input or output.</summary>
    HealthReport Check();
}
