// DocumentSymbol: an entry of the outline.
namespace VaQuest.Lsp.Protocol;

/// <summary>For clients with hierarchicalDocumentSymbolSupport.</summary>
public sealed record DocumentSymbol(
    string Name,
    string? Detail,
    SymbolKind Kind,
    TextRange Range,
    TextRange SelectionRange,
    IReadOnlyList<DocumentSymbol>? Children);
