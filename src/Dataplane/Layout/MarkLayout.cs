using System.Globalization;
using System.Numerics;

namespace Palisade.Dataplane.Layout;

/// <summary>How class numbers stand in a packet's mark, in the notation of iptables-save.</summary>
public sealed class MarkLayout
{
    private readonly uint _mask;
    private readonly int _shift;

    /// <summary>Makes the layout for the mask.</summary>
    /// <exception cref="ArgumentException">The mask is not eight adjacent bits.</exception>
    public MarkLayout(uint mask)
    {
        _shift = BitOperations.TrailingZeroCount(mask);
        if (mask == 0 || mask >> _shift != 0xff)
        {
            throw new ArgumentException($"mark mask {Hex(mask)}: must be eight adjacent bits, for example 0xff000000", nameof(mask));
        }

        _mask = mask;
    }

    /// <summary>The number under the mask, such as <c>0x5000000/0xff000000</c>.</summary>
    public string Of(byte number) => $"{Hex(MarkOf(number))}/{Hex(_mask)}";

    /// <summary>The mark that holds the number.</summary>
    public uint MarkOf(byte number) => (uint)number << _shift;

    /// <summary>The high half of numbers under its half of the mask.</summary>
    public string OfHighNibble(int nibble) => $"{Hex((uint)nibble << (_shift + 4))}/{Hex(0xf0u << _shift)}";

    /// <summary>The number that a mark holds.</summary>
    public byte NumberOf(uint mark) => (byte)((mark & _mask) >> _shift);

    private static string Hex(uint value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
