namespace Palisade.Kubernetes.Client.Protobuf;

/// <summary>
/// The messages of <c>k8s.io/apimachinery</c> (<c>pkg/apis/meta/v1/generated.proto</c> has the numbers), less the fields that Palisade does
/// not use. What is empty in them is null, as it is missing in JSON.
/// </summary>
internal static class MetaMessages
{
    /// <summary>An ObjectMeta.</summary>
    public static V1ObjectMeta ObjectMeta(ReadOnlySpan<byte> message)
    {
        var metadata = new V1ObjectMeta();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    metadata.Name = reader.Text();
                    break;
                case 2:
                    metadata.GenerateName = reader.TextOrNull();
                    break;
                case 3:
                    metadata.NamespaceProperty = reader.TextOrNull();
                    break;
                case 5:
                    metadata.Uid = reader.TextOrNull();
                    break;
                case 6:
                    metadata.ResourceVersion = reader.TextOrNull();
                    break;
                case 7:
                    metadata.Generation = reader.Number() is not 0 and var generation ? generation : null;
                    break;
                case 8:
                    metadata.CreationTimestamp = Time(reader.Bytes());
                    break;
                case 9:
                    metadata.DeletionTimestamp = Time(reader.Bytes());
                    break;
                case 11:
                    AddPair(metadata.Labels ??= NewMap(), reader.Bytes());
                    break;
                case 12:
                    AddPair(metadata.Annotations ??= NewMap(), reader.Bytes());
                    break;
                case 13:
                    (metadata.OwnerReferences ??= []).Add(OwnerReference(reader.Bytes()));
                    break;
                case 14:
                    (metadata.Finalizers ??= []).Add(reader.Text());
                    break;
                case 17:
                    (metadata.ManagedFields ??= []).Add(ManagedFieldsEntry(reader.Bytes()));
                    break;
            }
        }

        return metadata;
    }

    /// <summary>A LabelSelector.</summary>
    public static V1LabelSelector LabelSelector(ReadOnlySpan<byte> message)
    {
        var selector = new V1LabelSelector();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    AddPair(selector.MatchLabels ??= NewMap(), reader.Bytes());
                    break;
                case 2:
                    (selector.MatchExpressions ??= []).Add(Requirement(reader.Bytes()));
                    break;
            }
        }

        return selector;
    }

    /// <summary>An IntOrString.</summary>
    public static IntOrString IntOrString(ReadOnlySpan<byte> message)
    {
        var isText = false;
        var number = 0;
        var text = "";
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    isText = reader.Flag();
                    break;
                case 2:
                    number = (int)reader.Number();
                    break;
                case 3:
                    text = reader.Text();
                    break;
            }
        }

        return isText ? text : number;
    }

    /// <summary>A Status.</summary>
    public static V1Status Status(ReadOnlySpan<byte> message)
    {
        var status = new V1Status { ApiVersion = "v1", Kind = "Status" };
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    status.Status = reader.TextOrNull();
                    break;
                case 3:
                    status.Message = reader.TextOrNull();
                    break;
                case 4:
                    status.Reason = reader.TextOrNull();
                    break;
                case 5:
                    status.Details = StatusDetails(reader.Bytes());
                    break;
                case 6:
                    status.Code = reader.Number() is not 0 and var code ? (int)code : null;
                    break;
            }
        }

        return status;
    }

    private static V1StatusDetails StatusDetails(ReadOnlySpan<byte> message)
    {
        var details = new V1StatusDetails();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    details.Name = reader.TextOrNull();
                    break;
                case 2:
                    details.Group = reader.TextOrNull();
                    break;
                case 3:
                    details.Kind = reader.TextOrNull();
                    break;
                case 4:
                    (details.Causes ??= []).Add(StatusCause(reader.Bytes()));
                    break;
                case 5:
                    details.RetryAfterSeconds = reader.Number() is not 0 and var seconds ? (int)seconds : null;
                    break;
                case 6:
                    details.Uid = reader.TextOrNull();
                    break;
            }
        }

        return details;
    }

    private static V1StatusCause StatusCause(ReadOnlySpan<byte> message)
    {
        var cause = new V1StatusCause();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    cause.Reason = reader.TextOrNull();
                    break;
                case 2:
                    cause.Message = reader.TextOrNull();
                    break;
                case 3:
                    cause.Field = reader.TextOrNull();
                    break;
            }
        }

        return cause;
    }

    private static V1OwnerReference OwnerReference(ReadOnlySpan<byte> message)
    {
        var owner = new V1OwnerReference();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    owner.Kind = reader.Text();
                    break;
                case 3:
                    owner.Name = reader.Text();
                    break;
                case 4:
                    owner.Uid = reader.Text();
                    break;
                case 5:
                    owner.ApiVersion = reader.Text();
                    break;
                case 6:
                    owner.Controller = reader.Flag();
                    break;
                case 7:
                    owner.BlockOwnerDeletion = reader.Flag();
                    break;
            }
        }

        return owner;
    }

    private static V1ManagedFieldsEntry ManagedFieldsEntry(ReadOnlySpan<byte> message)
    {
        var entry = new V1ManagedFieldsEntry();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    entry.Manager = reader.TextOrNull();
                    break;
                case 2:
                    entry.Operation = reader.TextOrNull();
                    break;
                case 4:
                    entry.Time = Time(reader.Bytes());
                    break;
                case 8:
                    entry.Subresource = reader.TextOrNull();
                    break;
            }
        }

        return entry;
    }

    private static V1LabelSelectorRequirement Requirement(ReadOnlySpan<byte> message)
    {
        var requirement = new V1LabelSelectorRequirement();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    requirement.Key = reader.Text();
                    break;
                case 2:
                    requirement.OperatorProperty = reader.Text();
                    break;
                case 3:
                    (requirement.Values ??= []).Add(reader.Text());
                    break;
            }
        }

        return requirement;
    }

    /// <summary>A Time: whole seconds since 1970; null when it is empty.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> message)
    {
        DateTimeOffset? time = null;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                var seconds = reader.Number();
                time =
                    seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                        : throw new InvalidDataException($"{seconds} s since 1970 is no time");
            }
        }

        return time;
    }

    private static Dictionary<string, string> NewMap() => new(StringComparer.Ordinal);

    private static void AddPair(IDictionary<string, string> map, ReadOnlySpan<byte> message)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.Text();
                    break;
                case 2:
                    value = reader.Text();
                    break;
            }
        }

        map[key] = value;
    }
}
