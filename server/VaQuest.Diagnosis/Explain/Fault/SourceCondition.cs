// SourceCondition: the condition in the source text that led to a BUG, a warning or a call of panic().
using System.Text.RegularExpressions;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sources;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Reads a few lines of a source file on this machine; null where there is none.</summary>
internal static partial class SourceCondition
{
    /// <summary>Bytes of the largest source file that is read; the kernel's largest generated headers have about 20 MB.</summary>
    private const long MaxFile = 32 << 20;

    /// <summary>Lines of one statement.</summary>
    private const int MaxLines = 6;

    /// <summary>Lines above a statement in which its `if` is looked for.</summary>
    private const int LinesAbove = 3;

    private const int MaxLength = 160;

    /// <summary>The condition of the check on a line, with the macro's name; null when the line has none or cannot be read.</summary>
    public static (string Check, string Condition)? Find(SourceResolver sources, SourceLocation location)
    {
        ResolvedSource resolved = sources.Resolve(location);
        if (resolved is not { LocalPath: { } path, State: not SourceFileState.OtherVersion, Line: > 0 } || Read(path, resolved.Line) is not { } text)
        {
            return null;
        }

        return FindIn(text.Above, text.From);
    }

    /// <summary>The condition in text: the lines above a statement, and the statement's own.</summary>
    public static (string Check, string Condition)? FindIn(string above, string statement)
    {
        Match check = Check().Match(statement);
        if (check.Success && Argument(statement, check.Index + check.Length) is { Length: > 0 } argument)
        {
            return (check.Groups[1].Value, argument);
        }

        Match stop = Stop().Match(statement);
        if (!stop.Success)
        {
            return null;
        }

        string before = above + " " + statement[..stop.Index];
        int at = before.LastIndexOf("if (", StringComparison.Ordinal);

        // Between the `if` and the call nothing else may be executed.
        return at >= 0 && Argument(before, at + 4) is { Length: > 0 } condition && before[(at + 4 + condition.Length)..].AsSpan().IndexOf(';') < 0
            ? (stop.Groups[1].Value, condition) : null;
    }

    [GeneratedRegex(@"\b((?:VM_)?(?:BUG|WARN)_ON\w*|WARN(?:_ONCE|_TAINT\w*)?|ASSERT\w*|assert|CHECK_DATA_CORRUPTION)\s*\(")]
    private static partial Regex Check();

    [GeneratedRegex(@"\b(BUG|panic|fortify_panic|nmi_panic)\s*\(")]
    private static partial Regex Stop();

    // The first argument: up to a comma or the parenthesis that closes the call.
    private static string? Argument(string text, int start)
    {
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (depth < 0 || (depth == 0 && c == ','))
            {
                string found = text[start..i].Trim();
                return found.Length is > 0 and <= MaxLength ? found : null;
            }
        }

        return null;
    }

    private static (string Above, string From)? Read(string path, int line)
    {
        try
        {
            if (new FileInfo(path).Length > MaxFile)
            {
                return null;
            }

            int first = Math.Max(1, line - LinesAbove);
            string[] lines = [.. File.ReadLines(path).Skip(first - 1).Take(line - first + MaxLines)];
            if (lines.Length <= line - first)
            {
                return null;
            }

            string[] statement = lines[(line - first)..];
            int end = Array.FindIndex(statement, text => text.Contains(';', StringComparison.Ordinal));
            return (Join(lines[..(line - first)]), Join(end < 0 ? statement : statement[..(end + 1)]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Join(string[] lines) => string.Join(' ', lines.Select(text => Comment().Replace(text, "").Trim()));

    [GeneratedRegex(@"/\*.*?\*/|//.*$")]
    private static partial Regex Comment();
}
