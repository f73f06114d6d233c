namespace Palisade.Operator.Statuses;

/// <summary>Constant reasons in conditions, in the failures of a status, and in events.</summary>
internal static class ConditionReasons
{
    /// <summary>Every selected namespace is as it should be.</summary>
    public const string UpToDate = "UpToDate";

    /// <summary>The profile only audits; nothing is stamped.</summary>
    public const string Audit = "Audit";

    /// <summary>Some selected namespaces are still to be written.</summary>
    public const string Progressing = "Progressing";

    /// <summary>What could not be done is tried again.</summary>
    public const string Retrying = "Retrying";

    /// <summary>The spec is invalid; the messages are those of the webhook.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>Namespaces fail for different reasons; the failures list them.</summary>
    public const string SeveralFailures = "SeveralFailures";

    /// <summary>
    /// Every selected namespace is as it should be; in some, somebody else's NetworkPolicy has the usual name, and ours stands under another.
    /// </summary>
    public const string NameTaken = "NameTaken";

    /// <summary>NetworkPolicies of both names exist that are not Palisade's.</summary>
    public const string NameConflict = "NameConflict";

    /// <summary>The API server, or an admission webhook, does not keep all fields; what needs them is not stamped.</summary>
    public const string FieldsDropped = "FieldsDropped";

    /// <summary>The API server refused the write: permissions.</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>The API server refused the write: a quota of the namespace.</summary>
    public const string QuotaExceeded = "QuotaExceeded";

    /// <summary>An admission webhook refused the write.</summary>
    public const string AdmissionDenied = "AdmissionDenied";

    /// <summary>The API server refused the write as invalid or for another reason that does not pass.</summary>
    public const string WriteRefused = "WriteRefused";

    /// <summary>The write failed in a way that may pass.</summary>
    public const string WriteFailed = "WriteFailed";
}
