using System.CommandLine;
using Palisade.Operator;
using Palisade.Operator.Hosting;

var command = OperatorCommand.Create(OperatorHost.RunAsync);
var parsed = command.Parse(args);
if (parsed.Errors.Count > 0)
{
    var message = string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    await Console.Error.WriteLineAsync($"palisade-operator: {message} (see --help)");
    return 2;
}

// The host itself hears SIGTERM and takes the time it needs to give up the lease.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
