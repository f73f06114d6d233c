using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Palisade.Dataplane;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Rendering;
using Palisade.Netfilter.Sets;

namespace Palisade.Netfilter;

/// <summary>The ipset program, and its short cut for what changes all day: entries.</summary>
internal sealed partial class IpsetTool(ToolRunner runner)
{
    private const string Program = "ipset";

    /// <summary>
    /// The sets as text, others' too as long as this ipset can read them: it stops at a set that a newer ipset of the host's made in a way that it
    /// does not know. Own sets are then read one by one.
    /// </summary>
    /// <exception cref="NetfilterException">An own set cannot be read.</exception>
    public async Task<string> SaveAsync(CancellationToken cancellationToken)
    {
        var all = await runner.TryRunAsync(Program, ["save"], null, cancellationToken);
        if (all.ExitCode == 0)
        {
            return all.Output;
        }

        var names = await runner.RunAsync(Program, ["list", "-n"], null, cancellationToken);
        var own = new StringBuilder();
        foreach (var name in names.Split('\n').Where(Names.IsOwnSet))
        {
            own.Append(await runner.RunAsync(Program, ["save", name], null, cancellationToken));
        }

        return own.ToString();
    }

    /// <summary>Carries the commands out, in order; what is there already, or gone already, is no error.</summary>
    public async Task RestoreAsync(IReadOnlyCollection<SetCommand> commands, DataplaneOptions layout, CancellationToken cancellationToken)
    {
        var done = new SetEntryWriter(layout.MarkMask).Write(commands);
        if (done < commands.Count)
        {
            var text = new SetRenderer(layout).Render(commands.Skip(done));
            var result = await runner.TryRunAsync(Program, ["-exist", "restore"], text, cancellationToken);
            if (result.ExitCode != 0)
            {
                throw Refused(commands.Skip(done), ToolRunner.Failure(Program, result, text));
            }
        }
    }

    /// <summary>A set that only policies look into is refused by itself: what is of the layout's own must be there for anything to be enforced.</summary>
    private static NetfilterException Refused(IEnumerable<SetCommand> commands, NetfilterException failure)
    {
        var command = failure.Line is { } line and > 0 ? commands.ElementAtOrDefault(line - 1) : null;
        return command is not null && Names.IsPolicySet(command.Name)
            ? new(failure.Message, failure) { Refusals = [new(command.Name, null, failure.Said ?? failure.Message)] }
            : failure;
    }

    /// <summary>Destroys the sets; returns those that could not be, because the kernel still uses them.</summary>
    public async Task<IReadOnlyList<string>> DestroyAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var left = names.ToList();
        var busy = new List<string>();
        while (left.Count > 0)
        {
            var input = string.Concat(left.Select(name => $"destroy {name}\n"));
            var result = await runner.TryRunAsync(Program, ["-exist", "restore"], input, cancellationToken);
            if (result.ExitCode == 0)
            {
                break;
            }

            // It stops at the first set that it cannot destroy: go on behind it.
            var failed = FailedLine(result.Error) ?? throw ToolRunner.Failure(Program, result, input);
            busy.Add(left[Math.Min(failed, left.Count) - 1]);
            left.RemoveRange(0, Math.Min(failed, left.Count));
        }

        return busy;
    }

    private static int? FailedLine(string error)
    {
        var match = ErrorInLine().Match(error);
        return match.Success ? int.Parse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(
        @"Error in line (?<line>\d+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex ErrorInLine();
}
