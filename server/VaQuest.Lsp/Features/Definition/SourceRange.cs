// SourceRange: compilers count from 1, editors from 0.
using VaQuest.Diagnosis.Sources;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Features.Definition;

/// <summary>Converts source positions.</summary>
internal static class SourceRange
{
    /// <summary>The empty range at the start of a document.</summary>
    public static TextRange Start { get; } = new(new Position(0, 0), new Position(0, 0));

    /// <summary>The empty range at a source position; an unknown line or column is the first.</summary>
    public static TextRange Of(ResolvedSource source)
    {
        var position = new Position(Math.Max(0, source.Line - 1), Math.Max(0, source.Column - 1));
        return new TextRange(position, position);
    }
}
