// OpenDumpResult: answer of vaquest.openDump.
namespace VaQuest.Lsp.Protocol;

/// <summary>Addresses of the report and the log.</summary>
public sealed record OpenDumpResult(
    string Uri,
    string Title,
    string LogUri,
    DebugInfoStatus DebugInfo,
    PanicSummary? Panic,
    IReadOnlyList<string> Warnings);
