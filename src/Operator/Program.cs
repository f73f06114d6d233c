using Palisade.Hosting;
using Palisade.Operator;
using Palisade.Operator.Hosting;

return await ServerProgram.RunAsync("palisade-operator", OperatorCommand.Create(OperatorHost.RunAsync), args);
