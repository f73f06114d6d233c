using Palisade.Policy.Net;

namespace Palisade.Dataplane.Layout;

/// <summary>
/// Classic BPF programs, in the notation of the bpf match, that match packets whose source address is their destination address.
/// They load a word of one address, keep it, load the same word of the other, and go on while they are equal.
/// </summary>
internal static class HairpinProgram
{
    private const int LoadWord = 0x20;
    private const int CopyToX = 0x07;
    private const int JumpIfEqualX = 0x1d;
    private const int Return = 0x06;

    private static readonly string IPv4 = Assemble(source: 12, destination: 16, words: 1);
    private static readonly string IPv6 = Assemble(source: 8, destination: 24, words: 4);

    public static string For(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;

    private static string Assemble(int source, int destination, int words)
    {
        var program = new List<string>();
        for (var word = 0; word < words; word++)
        {
            var comparisonsLeft = words - word - 1;
            program.Add($"{LoadWord} 0 0 {source + (4 * word)}");
            program.Add($"{CopyToX} 0 0 0");
            program.Add($"{LoadWord} 0 0 {destination + (4 * word)}");
            // Not equal: over the remaining comparisons, four instructions each, and over the "yes", to the "no".
            program.Add($"{JumpIfEqualX} 0 {(4 * comparisonsLeft) + 1} 0");
        }

        program.Add($"{Return} 0 0 65535");
        program.Add($"{Return} 0 0 0");
        return $"{program.Count},{string.Join(',', program)}";
    }
}
