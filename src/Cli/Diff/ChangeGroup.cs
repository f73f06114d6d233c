namespace Palisade.Cli.Diff;

/// <summary>Connections that open or close, in the words in which people speak of them.</summary>
/// <param name="From">Who connects: a workload, all of a namespace, every workload, or addresses outside.</param>
/// <param name="To">To whom, likewise.</param>
/// <param name="Ports">On which ports.</param>
internal sealed record ChangeGroup(string From, string To, string Ports);
