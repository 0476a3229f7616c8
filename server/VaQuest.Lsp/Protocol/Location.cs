// Location: a range in a document.
namespace VaQuest.Lsp.Protocol;

/// <summary>A place another document can point to.</summary>
public sealed record Location(string Uri, TextRange Range);
