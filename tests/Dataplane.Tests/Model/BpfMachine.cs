using System.Buffers.Binary;
using System.Globalization;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>Runs the few classic BPF instructions that the rules use.</summary>
public static class BpfMachine
{
    public static bool Matches(string bytecode, byte[] header)
    {
        var program = bytecode
            .Split(',')[1..]
            .Select(text => text.Split(' ').Select(n => uint.Parse(n, CultureInfo.InvariantCulture)).ToArray())
            .ToArray();
        uint a = 0,
            x = 0;
        for (var pc = 0; pc < program.Length; pc++)
        {
            var (code, jumpTrue, jumpFalse, k) = (program[pc][0], program[pc][1], program[pc][2], program[pc][3]);
            switch (code)
            {
                case 0x20:
                    a = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan((int)k));
                    break;
                case 0x07:
                    x = a;
                    break;
                case 0x1d:
                    pc += (int)(a == x ? jumpTrue : jumpFalse);
                    break;
                case 0x06:
                    return k != 0;
                default:
                    throw new InvalidOperationException($"unknown instruction {code}");
            }
        }

        throw new InvalidOperationException("the program has no end");
    }
}
