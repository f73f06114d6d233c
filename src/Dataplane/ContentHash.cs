using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Dataplane;

/// <summary>
/// 80 bits of SHA-256 over length-prefixed parts, in lower-case base 32: 16 characters that fit into the names of sets (at most 31)
/// and chains (at most 28). The length prefix keeps ("a", "bc") and ("ab", "c") apart.
/// </summary>
public static class ContentHash
{
    /// <summary>Characters of a hash.</summary>
    public const int Length = 16;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Hash of the parts, in this order.</summary>
    public static string Compute(params IEnumerable<string> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Base32(hash.GetHashAndReset());
    }

    private static string Base32(byte[] digest) =>
        string.Create(
            Length,
            digest,
            static (text, bytes) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    var bit = i * 5;
                    var window = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
                    text[i] = Alphabet[(window >> (11 - (bit % 8))) & 31];
                }
            }
        );
}
