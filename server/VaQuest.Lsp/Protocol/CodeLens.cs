// CodeLens: a command that stands above a line.
namespace VaQuest.Lsp.Protocol;

/// <summary>The range is within one line.</summary>
public sealed record CodeLens(TextRange Range, ClientCommand Command);
