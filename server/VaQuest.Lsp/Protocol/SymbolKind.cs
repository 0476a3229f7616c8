// SymbolKind: icons of outline entries, with the numbers of the specification.
namespace VaQuest.Lsp.Protocol;

/// <summary>The kinds the server uses (LSP 3.17, SymbolKind).</summary>
public enum SymbolKind
{
    File = 1,
    Module = 2,
    Namespace = 3,
    Package = 4,
    Class = 5,
    Function = 12,
    Variable = 13,
    String = 15,
    Array = 18,
    Object = 19,
    Event = 24,
}
