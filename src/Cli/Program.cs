using Palisade.Cli;

return await CommandLine.RunAsync(args, CliConsole.Standard(), CancellationToken.None);
