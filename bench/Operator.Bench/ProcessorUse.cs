using System.Globalization;

namespace Palisade.Operator.Bench;

/// <summary>Processor time used so far: by etcd and kube-apiserver, and by those who write.</summary>
/// <param name="Servers">Of etcd and kube-apiserver.</param>
/// <param name="Writers">Of the operator, of the bare writer, or of both.</param>
internal sealed record ProcessorUse(TimeSpan Servers, TimeSpan Writers)
{
    private const int TicksPerSecond = 100; // USER_HZ, on every architecture that .NET runs on

    /// <summary>What was used up to now.</summary>
    public static ProcessorUse Now(IEnumerable<int> writers)
    {
        var used = new ProcessorUse(TimeSpan.Zero, TimeSpan.Zero);
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            if (Stat(directory) is { Name: "etcd" or "kube-apiserver" } server)
            {
                used = used with { Servers = used.Servers + server.Used };
            }
        }

        foreach (var writer in writers)
        {
            used = used with { Writers = used.Writers + Stat(string.Create(CultureInfo.InvariantCulture, $"/proc/{writer}"))!.Value.Used };
        }

        return used;
    }

    public static ProcessorUse operator -(ProcessorUse after, ProcessorUse before) =>
        new(after.Servers - before.Servers, after.Writers - before.Writers);

    // proc(5): pid (name) state ..., user and system time are the fields 14 and 15.
    private static (string Name, TimeSpan Used)? Stat(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, "stat"));
            var (open, close) = (text.IndexOf('('), text.LastIndexOf(')'));
            var rest = text[(close + 2)..].Split(' ');
            var ticks = long.Parse(rest[11], CultureInfo.InvariantCulture) + long.Parse(rest[12], CultureInfo.InvariantCulture);
            return (text[(open + 1)..close], TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
        }
        catch (IOException)
        {
            return null; // It has just ended.
        }
    }
}
