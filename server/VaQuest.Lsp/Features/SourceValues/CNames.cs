// CNames: the variable names in a line of C.
namespace VaQuest.Lsp.Features.SourceValues;

/// <summary>Just enough of C's lexical grammar for one line: identifiers outside of strings, comments and member names.</summary>
internal static class CNames
{
    /// <summary>Characters of a line that is looked at; longer ones are generated tables.</summary>
    private const int MaxLine = 4096;

    /// <summary>Names in the order of the line, each once.</summary>
    public static IReadOnlyList<string> Of(string line)
    {
        var names = new List<string>();
        foreach ((int start, int end) in Find(line))
        {
            string name = line[start..end];
            if (!IsMember(line, start) && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>The name at a character (0-based; its end counts as inside), or null when there is none or it is a member's.</summary>
    public static (string Name, int Start, int End)? At(string line, int character)
    {
        foreach ((int start, int end) in Find(line))
        {
            if (character >= start && character <= end)
            {
                return IsMember(line, start) ? null : (line[start..end], start, end);
            }
        }

        return null;
    }

    private static IEnumerable<(int Start, int End)> Find(string line)
    {
        int limit = Math.Min(line.Length, MaxLine);
        for (int at = 0; at < limit;)
        {
            char c = line[at];
            if (c is '"' or '\'')
            {
                at = SkipQuoted(line, at, limit);
            }
            else if (c == '/' && at + 1 < limit && line[at + 1] == '/')
            {
                yield break;
            }
            else if (c == '/' && at + 1 < limit && line[at + 1] == '*')
            {
                int end = line.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? limit : end + 2;
            }
            else if (IsWord(c))
            {
                int start = at;
                while (at < limit && IsWord(line[at]))
                {
                    at++;
                }

                if (!char.IsAsciiDigit(c))
                {
                    yield return (start, at);
                }
            }
            else
            {
                at++;
            }
        }
    }

    private static int SkipQuoted(string line, int start, int limit)
    {
        for (int at = start + 1; at < limit; at++)
        {
            if (line[at] == '\\')
            {
                at++;
            }
            else if (line[at] == line[start])
            {
                return at + 1;
            }
        }

        return limit;
    }

    private static bool IsMember(string line, int start)
    {
        int before = start - 1;
        while (before >= 0 && (line[before] is ' ' or '\t'))
        {
            before--;
        }

        return before >= 0 && (line[before] == '.' || (line[before] == '>' && before > 0 && line[before - 1] == '-'));
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
