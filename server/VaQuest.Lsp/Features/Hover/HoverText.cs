// HoverText: lines from a dump as hover text that cannot be read as markup.
using System.Text;
using VaQuest.Lsp.Protocol;

namespace VaQuest.Lsp.Features.Hover;

/// <summary>Dump text goes into a code fence longer than any run of backticks in it; control characters are made visible.</summary>
internal static class HoverText
{
    /// <summary>VS Code cuts hovers at 100,000 characters; far less is readable.</summary>
    private const int MaxLength = 20_000;

    public static MarkupContent Render(IReadOnlyList<string> lines, bool asMarkdown)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            if (text.Length + line.Length > MaxLength)
            {
                text.Append("…\n");
                break;
            }

            AppendSafe(text, line);
            text.Append('\n');
        }

        string plain = text.ToString().TrimEnd('\n');
        if (!asMarkdown)
        {
            return new MarkupContent("plaintext", plain);
        }

        string fence = new('`', Math.Max(3, LongestBacktickRun(plain) + 1));
        return new MarkupContent("markdown", $"{fence}text\n{plain}\n{fence}");
    }

    private static void AppendSafe(StringBuilder text, string line)
    {
        foreach (char c in line)
        {
            // Controls, line separators and bidirectional overrides could hide or reorder what is shown.
            bool isHidden = char.IsControl(c) || c is '\u2028' or '\u2029' or '\u200e' or '\u200f' or '\u061c'
                or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
            text.Append(isHidden ? '·' : c);
        }
    }

    private static int LongestBacktickRun(string text)
    {
        int longest = 0;
        int run = 0;
        foreach (char c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
