// DumpText: text that came out of a dump, made harmless for terminals and editors.
using System.Globalization;
using System.Text;

namespace VaQuest.Diagnosis.Text;

/// <summary>Escapes what a terminal or an editor could take for a command: control bytes and direction marks, as dmesg does (\x1b).</summary>
public static class DumpText
{
    /// <summary>One line: line breaks are escaped too.</summary>
    public static string Escape(string text)
    {
        int first = FirstUnsafe(text);
        if (first < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        result.Append(text, 0, first);
        for (int i = first; i < text.Length; i++)
        {
            char c = text[i];
            if (!IsUnsafe(c))
            {
                result.Append(c);
            }
            else if (c < 0x100)
            {
                result.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            }
            else
            {
                result.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    /// <summary>At most <paramref name="limit"/> characters, with an ellipsis when something was cut.</summary>
    public static string Shorten(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, Math.Max(0, limit - 1)), "…");

    private static int FirstUnsafe(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    // Tab is kept: kernel messages use it, and it moves nothing but the column.
    private static bool IsUnsafe(char c) => c switch
    {
        '\t' => false,
        < ' ' or (>= '\x7f' and <= '\x9f') => true,
        '\u200e' or '\u200f' or '\u2028' or '\u2029' or '\ufeff' => true,
        >= '\u202a' and <= '\u202e' => true,
        >= '\u2066' and <= '\u2069' => true,
        _ => char.IsSurrogate(c),
    };
}
