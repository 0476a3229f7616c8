// TextDocumentSyncOptions: which document events the server wants.
namespace VaQuest.Lsp.Protocol;

/// <summary>Change 2 is incremental.</summary>
public sealed record TextDocumentSyncOptions(bool OpenClose, int Change);
