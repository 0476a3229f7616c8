// OpenDumpArgument: object form of the argument of vaquest.openDump.
namespace VaQuest.Lsp.Protocol;

/// <summary>Show asks the server to put the report before the user.</summary>
public sealed record OpenDumpArgument(string? Path, bool? Show);
