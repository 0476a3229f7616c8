// ResolvedSource: a source position on this machine.
using VaQuest.DebugInfo.Lines;

namespace VaQuest.Diagnosis.Sources;

/// <summary>A compiler's source position mapped to a local file.</summary>
/// <param name="LocalPath">Absolute path of an existing file inside a configured root, or null.</param>
/// <param name="Line">1-based line; 0 when unknown.</param>
/// <param name="Column">1-based column; 0 when unknown.</param>
/// <param name="State">How sure it is that this is the compiled text.</param>
/// <param name="Note">A sentence when something is to be said (other version, not found and what to do), else empty.</param>
public sealed record ResolvedSource(string? LocalPath, int Line, int Column, SourceFileState State, string Note)
{
    /// <summary>The position as debug information names it; null when none is known.</summary>
    public SourceLocation? Location { get; init; }
}
