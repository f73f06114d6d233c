using System.Globalization;

namespace Palisade.Agent.Bench;

/// <summary>Resident memory of a process by what it is, in MB, as the kernel counts it (<c>/proc/PID/smaps</c>).</summary>
/// <param name="Own">Heaps and stacks: what no other process can share.</param>
/// <param name="Code">Machine code made while the program runs.</param>
/// <param name="Files">Pages of programs and libraries: shared by processes that run the same, dropped and read again as the kernel likes.</param>
internal sealed record ProcessMemory(double Own, double Code, double Files)
{
    // Where the runtime puts code that it compiles; without the double mapping it is part of Own.
    private const string CodeName = "memfd:doublemapper";

    public double Resident => Own + Code + Files;

    public static ProcessMemory Of(int process)
    {
        var (own, code, files) = (0.0, 0.0, 0.0);
        var name = "";
        foreach (var line in File.ReadLines($"/proc/{process}/smaps"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!fields[0].EndsWith(':'))
            {
                name = fields.Length > 5 ? fields[5] : "";
                continue;
            }
            var megabytes = fields[0] is "Rss:" or "Anonymous:" ? double.Parse(fields[1], CultureInfo.InvariantCulture) * 1024 / 1e6 : 0;
            if (name.Contains(CodeName, StringComparison.Ordinal))
            {
                code += fields[0] == "Rss:" ? megabytes : 0;
            }
            else if (fields[0] == "Rss:")
            {
                files += megabytes;
            }
            else if (fields[0] == "Anonymous:")
            {
                // Pages of a file's mapping that were written to are the process's own.
                (own, files) = (own + megabytes, files - megabytes);
            }
        }
        return new ProcessMemory(own, code, files);
    }
}
