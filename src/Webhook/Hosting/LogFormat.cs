namespace Palisade.Webhook.Hosting;

/// <summary>Form of log lines.</summary>
public enum LogFormat
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A line of JSON with named fields.</summary>
    Json,
}
