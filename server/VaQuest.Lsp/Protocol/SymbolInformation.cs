// SymbolInformation: an entry of a flat symbol list.
namespace VaQuest.Lsp.Protocol;

/// <summary>For the outline of simple clients and workspace/symbol.</summary>
public sealed record SymbolInformation(string Name, SymbolKind Kind, Location Location, string? ContainerName = null);
