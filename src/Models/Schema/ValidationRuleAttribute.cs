namespace Palisade.Models;

/// <summary>A CEL rule, which API servers from 1.25 on check.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression; <c>self</c> is the value.</summary>
    public string Rule { get; } = rule;

    /// <summary>What to say when the rule does not hold.</summary>
    public string Message { get; } = message;
}
