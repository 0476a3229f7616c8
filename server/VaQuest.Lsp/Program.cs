// Program: the entry point of `vaquest`.
using VaQuest.Lsp.Cli;

using Output output = Output.ForProcess();
return CommandLine.Run(args, output, Openers.Real);
