// SourceLines: the visible part of a line in a source file.
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Features.Diagnostics;

/// <summary>Reads just far enough into the file.</summary>
internal static class SourceLines
{
    /// <summary>Bytes of the largest source file that is read; the kernel's largest generated headers have about 20 MB.</summary>
    private const long MaxFile = 32 << 20;

    /// <summary>From the column (or the first visible character) to the end of the line; the line's start when the file cannot be read.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="line">1-based.</param>
    /// <param name="column">1-based byte column, or 0 when unknown.</param>
    public static TextRange RangeOf(string path, int line, int column)
    {
        string text = Read(path, line) ?? string.Empty;
        int end = text.TrimEnd().Length;
        int first = text.Length - text.TrimStart().Length;
        int start = column > 0 && column <= end ? column - 1 : first;
        return new TextRange(new Position(line - 1, Math.Min(start, end)), new Position(line - 1, end));
    }

    private static string? Read(string path, int line)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFile ? File.ReadLines(path).ElementAtOrDefault(line - 1) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
