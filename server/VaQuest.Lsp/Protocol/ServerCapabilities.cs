// ServerCapabilities: what the server can do.
namespace VaQuest.Lsp.Protocol;

/// <summary>All registered statically.</summary>
public sealed record ServerCapabilities(
    string PositionEncoding,
    TextDocumentSyncOptions TextDocumentSync,
    bool HoverProvider,
    bool InlayHintProvider,
    CodeLensOptions CodeLensProvider,
    bool DefinitionProvider,
    bool ReferencesProvider,
    bool DocumentSymbolProvider,
    bool FoldingRangeProvider,
    bool WorkspaceSymbolProvider,
    DocumentLinkOptions DocumentLinkProvider,
    SemanticTokensOptions SemanticTokensProvider,
    ExecuteCommandOptions ExecuteCommandProvider,
    WorkspaceOptions Workspace);
