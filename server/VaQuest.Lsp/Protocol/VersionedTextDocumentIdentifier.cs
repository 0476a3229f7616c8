// VersionedTextDocumentIdentifier: a document's address and version.
namespace VaQuest.Lsp.Protocol;

/// <summary>Of a change.</summary>
public sealed record VersionedTextDocumentIdentifier(string Uri, int? Version);
