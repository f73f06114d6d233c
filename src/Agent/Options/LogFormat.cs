namespace Palisade.Agent.Options;

/// <summary>How log lines look.</summary>
public enum LogFormat
{
    /// <summary>One line of text each, for people.</summary>
    Text,

    /// <summary>One JSON object each, for log collectors.</summary>
    Json,
}
