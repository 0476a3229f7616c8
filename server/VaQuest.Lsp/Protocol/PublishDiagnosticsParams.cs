// PublishDiagnosticsParams: all diagnostics of one document.
namespace VaQuest.Lsp.Protocol;

/// <summary>An empty list clears them.</summary>
public sealed record PublishDiagnosticsParams(string Uri, IReadOnlyList<Diagnostic> Diagnostics);
