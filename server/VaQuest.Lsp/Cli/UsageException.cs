// UsageException: arguments that parse but make no sense.
namespace VaQuest.Lsp.Cli;

/// <summary>Ends the command with the usage exit code and one line.</summary>
internal sealed class UsageException(string message) : Exception(message);
