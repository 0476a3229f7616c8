// SourceLocation: a place in a source file as debug information names it.
namespace VaQuest.DebugInfo.Lines;

/// <summary>A source position as the compiler wrote it; not yet a file on this machine.</summary>
/// <param name="File">Path with directory entries joined and "." and ".." folded: absolute when the debug information says so.</param>
/// <param name="Line">1-based line, or 0 when the compiler attributed no line.</param>
/// <param name="Column">1-based column, or 0 when unknown.</param>
/// <param name="CompilationDirectory">DW_AT_comp_dir of the unit, or empty.</param>
public sealed record SourceLocation(string File, int Line, int Column, string CompilationDirectory)
{
    /// <summary>The path below the compilation directory when it is inside it, else <see cref="File"/>.</summary>
    public string RelativeFile
    {
        get
        {
            string prefix = CompilationDirectory.TrimEnd('/') + "/";
            return prefix.Length > 1 && File.StartsWith(prefix, StringComparison.Ordinal) ? File[prefix.Length..] : File;
        }
    }
}
