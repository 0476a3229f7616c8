// TextRange: a stretch of a text document (Range in the specification).
namespace VaQuest.Lsp.Protocol;

/// <summary>From <see cref="Start"/> up to, not including, <see cref="End"/>.</summary>
public sealed record TextRange(Position Start, Position End);
