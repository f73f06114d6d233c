namespace Palisade.Kubernetes.Client.Protobuf;

/// <summary>
/// The messages of a NetworkPolicy (<c>k8s.io/api/networking/v1/generated.proto</c> has the numbers). Empty lists are null, as they are
/// missing in JSON; an empty selector is one that selects all.
/// </summary>
internal static class NetworkPolicyMessages
{
    /// <summary>A NetworkPolicy.</summary>
    public static V1NetworkPolicy NetworkPolicy(ReadOnlySpan<byte> message)
    {
        var policy = new V1NetworkPolicy();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    policy.Metadata = MetaMessages.ObjectMeta(reader.Bytes());
                    break;
                case 2:
                    policy.Spec = Spec(reader.Bytes());
                    break;
            }
        }

        return policy;
    }

    private static V1NetworkPolicySpec Spec(ReadOnlySpan<byte> message)
    {
        var spec = new V1NetworkPolicySpec();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    spec.PodSelector = MetaMessages.LabelSelector(reader.Bytes());
                    break;
                case 2:
                    (spec.Ingress ??= []).Add(IngressRule(reader.Bytes()));
                    break;
                case 3:
                    (spec.Egress ??= []).Add(EgressRule(reader.Bytes()));
                    break;
                case 4:
                    (spec.PolicyTypes ??= []).Add(reader.Text());
                    break;
            }
        }

        return spec;
    }

    private static V1NetworkPolicyIngressRule IngressRule(ReadOnlySpan<byte> message)
    {
        var rule = new V1NetworkPolicyIngressRule();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    (rule.Ports ??= []).Add(Port(reader.Bytes()));
                    break;
                case 2:
                    (rule.FromProperty ??= []).Add(Peer(reader.Bytes()));
                    break;
            }
        }

        return rule;
    }

    private static V1NetworkPolicyEgressRule EgressRule(ReadOnlySpan<byte> message)
    {
        var rule = new V1NetworkPolicyEgressRule();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    (rule.Ports ??= []).Add(Port(reader.Bytes()));
                    break;
                case 2:
                    (rule.To ??= []).Add(Peer(reader.Bytes()));
                    break;
            }
        }

        return rule;
    }

    private static V1NetworkPolicyPort Port(ReadOnlySpan<byte> message)
    {
        var port = new V1NetworkPolicyPort();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    port.Protocol = reader.Text();
                    break;
                case 2:
                    port.Port = MetaMessages.IntOrString(reader.Bytes());
                    break;
                case 3:
                    port.EndPort = (int)reader.Number();
                    break;
            }
        }

        return port;
    }

    private static V1NetworkPolicyPeer Peer(ReadOnlySpan<byte> message)
    {
        var peer = new V1NetworkPolicyPeer();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    peer.PodSelector = MetaMessages.LabelSelector(reader.Bytes());
                    break;
                case 2:
                    peer.NamespaceSelector = MetaMessages.LabelSelector(reader.Bytes());
                    break;
                case 3:
                    peer.IpBlock = IPBlock(reader.Bytes());
                    break;
            }
        }

        return peer;
    }

    private static V1IPBlock IPBlock(ReadOnlySpan<byte> message)
    {
        var block = new V1IPBlock();
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    block.Cidr = reader.Text();
                    break;
                case 2:
                    (block.Except ??= []).Add(reader.Text());
                    break;
            }
        }

        return block;
    }
}
