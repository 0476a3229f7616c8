// DumpStatusParams: parameters of vaquest/dumpStatus.
namespace VaQuest.Lsp.Protocol;

/// <summary>Sent after opening and on each change.</summary>
public sealed record DumpStatusParams(string Uri, DebugInfoStatus DebugInfo, SourceStatus Source);
