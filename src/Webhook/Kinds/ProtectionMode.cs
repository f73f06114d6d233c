namespace Palisade.Webhook.Kinds;

/// <summary>What happens when somebody but the operator changes or deletes a stamped NetworkPolicy.</summary>
public enum ProtectionMode
{
    /// <summary>The write is refused.</summary>
    Deny,

    /// <summary>The write is allowed with a warning that the operator will undo it.</summary>
    Warn,

    /// <summary>Nothing.</summary>
    Off,
}
