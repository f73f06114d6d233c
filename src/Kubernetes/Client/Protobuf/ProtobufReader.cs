using System.Text;

namespace Palisade.Kubernetes.Client.Protobuf;

/// <summary>
/// Reads the fields of one message of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), as the API server writes them:
/// without groups and packed lists. The reader of the Google.Protobuf library is for generated messages, each of which would be a second
/// copy of the object.
/// </summary>
/// <param name="message">The message's bytes.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private WireType _wireType;
    private bool _isUnread;

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Delimited = 2,
        Fixed32 = 5,
    }

    /// <summary>Number of the field that <see cref="Next"/> has found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes on to the next field. The value of the one before need not have been read.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">There is no field here, or the value of the one before is cut.</exception>
    public bool Next()
    {
        if (_isUnread)
        {
            Skip();
        }

        _isUnread = !_rest.IsEmpty;
        if (_isUnread)
        {
            var tag = Varint();
            (Field, _wireType) = ((int)(tag >> 3), (WireType)(tag & 7));
            if (tag is < 8 or > uint.MaxValue)
            {
                throw new InvalidDataException($"{tag} is not the tag of a field");
            }
        }

        return _isUnread;
    }

    /// <summary>The field's value, an integer or an enumeration.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public long Number()
    {
        Expect(WireType.Varint);
        return (long)Varint();
    }

    /// <summary>The field's value, true or false.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public bool Flag() => Number() != 0;

    /// <summary>The field's value, a message or bytes.</summary>
    /// <exception cref="InvalidDataException">It is neither, or is cut.</exception>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(WireType.Delimited);
        return Take(Varint());
    }

    /// <summary>The field's value, a text.</summary>
    /// <exception cref="InvalidDataException">It is none, or is cut.</exception>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>The field's value, a text; null when it is empty, for a field of which the API server's JSON leaves out the empty text.</summary>
    /// <exception cref="InvalidDataException">It is no text, or is cut.</exception>
    public string? TextOrNull() => Bytes() is { IsEmpty: false } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private void Skip()
    {
        switch (_wireType)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Delimited:
                Take(Varint());
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                throw new InvalidDataException($"field {Field} is of the unknown wire type {_wireType}");
        }
    }

    private void Expect(WireType expected)
    {
        if (_wireType != expected)
        {
            throw new InvalidDataException($"field {Field} is of the wire type {_wireType}, not {expected}");
        }

        _isUnread = false;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"field {Field} is {length} bytes long, of which {_rest.Length} are there");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a number is cut, or longer than 64 bits");
    }
}
